"""Appending and reading the feed, beside what PostgreSQL itself does with the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import count
from time import monotonic
from typing import Any
from uuid import uuid4

import psycopg2

from benchmarks.result import Result, compared
from benchmarks.writers import WRITERS, events_per_second, plain_insert, through_the_store
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.rows import COLUMNS
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec

STORED, PAGE, BATCH = 20_000, 1_000, 100
DATA = {
    "case": {"case_no": "11510000MB1234567K-20260302-0001", "department_code": "11510000MB1234567K",
             "region_code": "511602000000", "item_name": "食品经营许可（新办，餐饮服务）"},
    "status": "in_process", "step": "审查", "action": "passed", "opinion": "经审查，符合法定条件，拟予许可。",
    "officer": {"id": "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10", "department_code": "11510000MB1234567K"},
}  # fmt: skip
EVENT = NewEvent("case.step_recorded", DATA, datetime(2026, 3, 2, 1, tzinfo=UTC))


def measure(postgres: OwnPostgres) -> Iterator[Result]:
    fresh = (_database(postgres, f"bench_{number}") for number in count())
    yield compared(
        "append, 1 event per commit",
        "events/s",
        lambda: events_per_second(next(fresh), through_the_store, EVENT),
        lambda: events_per_second(next(fresh), plain_insert, EVENT),
        target="0.60 of the same rows by prepared INSERT",
        conditions=f"{WRITERS} processes, a stream of 10 events each, fsync on, fresh database per round",
    )
    dsn = _database(postgres, "bench_feed")
    database = Database(dsn, size=2)
    store = _filled(database)
    with closing(psycopg2.connect(dsn)) as connection:
        yield compared(
            "feed read, from start to head",
            "events/s",
            partial(_read_feed, store),
            partial(_select, connection),
            target="0.60 of a SELECT of the same columns",
            conditions=f"{STORED} events in cache, pages of {PAGE}, JSON decoded, 1 reader",
        )
    database.close()


def _database(postgres: OwnPostgres, name: str) -> str:
    dsn = postgres.database(name)
    database = Database(dsn, size=1)
    migrate(database, ServiceSpec("bench", "", categories=("case",)))
    database.close()
    return dsn


def _filled(database: Database) -> PostgresEventStore:
    store = PostgresEventStore(database, "bench")
    for _ in range(STORED // BATCH):
        events = [NewEvent(EVENT.type, EVENT.data, EVENT.occurred_at) for _ in range(BATCH)]
        with store.unit_of_work() as unit:
            unit.append(uuid4(), 0, events, Metadata("bench"))
        store.tick()
    return store


def _read_feed(store: PostgresEventStore) -> float:
    began, cursor, seen = monotonic(), "", 0
    while seen < STORED:
        page = store.read_feed(cursor, category="case", limit=PAGE)
        cursor, seen = page.cursor, seen + len(page.events)
    return seen / (monotonic() - began)


def _select(connection: Any) -> float:
    """Keyset pages in the order of positions: what a reader could do if nobody wrote meanwhile."""
    began, position, seen = monotonic(), 0, 0
    with connection.cursor() as cursor:
        while seen < STORED:
            cursor.execute(
                f"SELECT {COLUMNS}, position FROM events WHERE position > %s ORDER BY position LIMIT %s",  # noqa: S608
                (position, PAGE),
            )
            rows = cursor.fetchall()
            position, seen = rows[-1][-1], seen + len(rows)
    return seen / (monotonic() - began)
