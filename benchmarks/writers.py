"""Processes that write as fast as they can, for a while, all at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from time import monotonic
from typing import Any
from uuid import UUID, uuid4

import psycopg2

from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore

WRITERS = 8
SECONDS = 1.5
STREAM_LENGTH = 10
_FORK = get_context("fork")

_PREPARE = """
PREPARE put (uuid, uuid, int, text, int, json, json, timestamptz, timestamptz, bytea) AS
INSERT INTO events (id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_PUT = "EXECUTE put (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


Writer = Callable[[str, NewEvent, Any], int]
"""Connects, then hands its last argument a function that appends one event; answers how many it wrote."""


def through_the_store(dsn: str, event: NewEvent, write: Any) -> int:
    """As a command does it: a unit of work with the expected version, one event, one commit."""
    database = Database(dsn, size=1)
    store = PostgresEventStore(database, "bench")

    def append(stream: UUID, version: int) -> None:
        fact = NewEvent(event.type, event.data, event.occurred_at)
        with store.unit_of_work() as unit:
            unit.append(stream, version, [fact], Metadata("bench"))

    written: int = write(append)
    database.close()
    return written


def plain_insert(dsn: str, event: NewEvent, write: Any) -> int:
    """The limit: the same row into the same table by a prepared statement, nothing computed."""
    data, metadata = json.dumps(event.data, ensure_ascii=False), '{"actor":"bench","role":"system"}'
    at = event.occurred_at
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(_PREPARE)

        def insert(stream: UUID, version: int) -> None:
            key = (str(uuid4()), str(stream), version + 1)
            cursor.execute(_PUT, (*key, event.type, 1, data, metadata, at, at, b"\0" * 32))

        written: int = write(insert)
    return written


def events_per_second(dsn: str, writer: Writer, event: NewEvent) -> float:
    barrier, counts = _FORK.Barrier(WRITERS), _FORK.Queue()
    crew = [_FORK.Process(target=_work, args=(dsn, writer, event, barrier, counts)) for _ in range(WRITERS)]
    for process in crew:
        process.start()
    total: int = sum(counts.get(timeout=60) for _ in crew)
    for process in crew:
        process.join()
    return total / SECONDS


def _work(dsn: str, writer: Writer, event: NewEvent, barrier: Barrier, counts: Any) -> None:
    def write(one: Callable[[UUID, int], None]) -> int:
        one(uuid4(), 0)
        barrier.wait(60)
        until, written, stream = monotonic() + SECONDS, 0, uuid4()
        while monotonic() < until:
            if written % STREAM_LENGTH == 0:
                stream = uuid4()
            one(stream, written % STREAM_LENGTH)
            written += 1
        return written

    counts.put(writer(dsn, event, write))
