"""What a transaction knows of subject keys without asking, and what it has yet to write of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from shared.personal.keys import NOTE, KeyRow


class Seen:
    """Of one transaction and never longer: a key that lives now may be destroyed when it is over.

    `live` are keys by subject; `unnoted` are new streams with their subjects, to be written by the commit.
    """

    __slots__ = ("live", "unnoted")

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """`rows` as `live_subject_keys` of the database answers them."""
        self.live = {row["subject"]: _key_row(row) for row in rows}
        self.unnoted: list[tuple[UUID, str]] = []

    def notes(self, cursor: Any) -> Iterator[bytes]:
        """Statements, each given once."""
        while self.unnoted:
            stream, subject = self.unnoted.pop()
            yield cursor.mogrify(NOTE, (str(stream), subject))


def _key_row(row: Mapping[str, Any]) -> KeyRow:
    return KeyRow(row["key"], row["subject"], row["cipher"], bytes.fromhex(row["wrapped"]), row["master"])
