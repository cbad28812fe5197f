"""What a transaction knows of subject keys without asking, and what it has yet to write of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self
from uuid import UUID

from shared.personal.keys import NOTE, NOTE_MANY, KeyRow


class Seen:
    """Of one transaction and never longer: a key that lives now may be destroyed when it is over.

    `live` are keys by subject; `subjects` those of new streams, of which the `unnoted` are to be written by
    the commit.
    """

    __slots__ = ("live", "subjects", "unnoted")

    def __init__(self, live: dict[str, KeyRow]) -> None:
        self.live = live
        self.subjects: dict[UUID, str] = {}
        self.unnoted: list[UUID] = []

    @classmethod
    def answered(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """As `live_subject_keys` of the database answers them."""
        return cls({row["subject"]: _key_row(row) for row in rows})

    def note(self, stream: UUID, subject: str) -> None:
        self.subjects[stream] = subject
        self.unnoted.append(stream)

    def notes(self, cursor: Any) -> Iterator[bytes]:
        """One statement at most; what it writes is not given again."""
        streams, self.unnoted = self.unnoted, []
        subjects = [self.subjects[stream] for stream in streams]
        if len(streams) == 1:
            yield cursor.mogrify(NOTE, (str(streams[0]), subjects[0]))
        elif streams:
            yield cursor.mogrify(NOTE_MANY, ([str(stream) for stream in streams], subjects))


def _key_row(row: Mapping[str, Any]) -> KeyRow:
    return KeyRow(row["key"], row["subject"], row["cipher"], bytes.fromhex(row["wrapped"]), row["master"])
