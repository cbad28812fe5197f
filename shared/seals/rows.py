"""A stored row and whether its hash is right. Raw rows: nothing is upcast or decrypted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import error as StructError
from typing import Any
from uuid import UUID

from shared.eventstore.sealing import algorithm_of, chain
from shared.seals.finding import Kind
from shared.seals.seal import Entry

# A time beyond what the driver can hold comes as null: no application ever stored one.
_TIME = "CASE WHEN n.{0} BETWEEN '0002-01-01' AND '9998-01-01' THEN n.{0} END"
_BEFORE = "(pg_visible_in_snapshot(p.txid, a.taken) OR ({shown} AND p.position < n.position))"
_COLUMNS = (
    "n.id, n.stream, n.version, n.type, n.schema_version, n.data::text, n.metadata::text,"
    f" {_TIME.format('occurred_at')}, {_TIME.format('recorded_at')}, n.hash, p.hash"
)
SHOWN = f"{_COLUMNS}, {_BEFORE.format(shown='pg_visible_in_snapshot(p.txid, b.taken)')}"
UNSHOWN = f"{_COLUMNS}, {_BEFORE.format(shown='true')}"
OF_STREAM = f"{_COLUMNS}, true"
PREDECESSOR = "LEFT JOIN events p ON p.stream = n.stream AND p.version = n.version - 1"


@dataclass(frozen=True, slots=True)
class Row:
    """`previous` is the stored hash of the version before, None when there is none.

    `follows`: the version before comes earlier in the feed.
    """

    id: UUID
    stream: UUID
    version: int
    type: str
    schema_version: int
    data: str
    metadata: str
    occurred_at: datetime | None
    recorded_at: datetime | None
    hash: bytes
    previous: bytes | None
    follows: bool | None

    @classmethod
    def of(cls, row: Sequence[Any]) -> Row:
        id, stream, version, type, schema_version, data, metadata, *times, hash, previous, follows = row
        return cls(
            UUID(id), UUID(stream), version, type, schema_version, data, metadata, times[0], times[1],
            bytes(hash), None if previous is None else bytes(previous), follows,
        )  # fmt: skip

    @property
    def entry(self) -> Entry:
        return Entry(self.id, self.stream, self.version, self.hash)

    def fault(self) -> tuple[Kind, int, str] | None:
        """What is wrong, and with which version of the stream; None if the row is right."""
        before = self.version - 1
        if before and self.previous is None:
            return Kind.REMOVED, before, f"version {before} is missing before version {self.version}"
        if before and not self.follows:
            return Kind.MOVED, self.version, f"it comes before version {before} in the feed"
        if self.expected() != self.hash:
            where = f" or the one of version {before}" if before else ""
            detail = f"what is stored does not give its hash: the row was changed after it was stored,{where}"
            return Kind.CHANGED, self.version, detail.rstrip(",")
        return None

    def expected(self) -> bytes | None:
        """The hash the row must carry after the one stored before it; None when it can't have one."""
        algorithm = algorithm_of(self.hash)
        if algorithm is None or self.occurred_at is None or self.recorded_at is None:
            return None
        try:
            return chain(
                self.previous or b"",
                id=self.id,
                stream=self.stream,
                version=self.version,
                type=self.type,
                schema_version=self.schema_version,
                metadata=self.metadata,
                occurred_at=self.occurred_at,
                recorded_at=self.recorded_at,
                data=self.data,
                algorithm=algorithm,
            )
        except (StructError, ValueError):  # numbers that no application could have stored
            return None
