"""Appends through the event store's public API, as a command does: one unit of work per commit.

Arguments: DSN, events per commit, number of this worker.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid4

from loop import serve
from payload import STREAM_LENGTH, TYPE, payload

from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore


class Writer:
    def __init__(self, dsn: str, batch: int, number: int) -> None:
        self._store = PostgresEventStore(Database(dsn, size=1), "bench")
        self._batch = batch
        self._numbers = count(number * 10_000_000)
        self._actor, self._session = f"clerk-{number}", str(uuid4())
        self._at = datetime(2026, 3, 2, 1, tzinfo=UTC)
        self._stream, self._version = uuid4(), 0

    def append_one(self) -> int:
        if self._version == STREAM_LENGTH:
            self._stream, self._version = uuid4(), 0
        self._version = self._append(self._stream, self._version, 1)
        return 1

    def append_many(self) -> int:
        self._append(uuid4(), 0, self._batch)
        return self._batch

    def _append(self, stream: UUID, version: int, size: int) -> int:
        facts = [NewEvent(TYPE, payload(next(self._numbers)), self._at) for _ in range(size)]
        by = Metadata(self._actor, "clerk", command_id=str(facts[0].id), correlation_id=self._session)
        with self._store.unit_of_work() as unit:
            return unit.append(stream, version, facts, by)


def main(dsn: str, batch: int, number: int) -> None:
    writer = Writer(dsn, batch, number)
    serve(writer.append_one if batch == 1 else writer.append_many)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
