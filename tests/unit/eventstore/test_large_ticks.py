"""A tick of many pages is looked through about once, not once per page, and shows what any other would."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore import pages
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.service.spec import ServiceSpec

EVENTS, LIMIT = 3_000, 100


@pytest.fixture
def db(database_dsn: str) -> Iterator[Database]:
    """One connection, so that its statistics are all there are."""
    database = Database(database_dsn, size=1)
    migrate(database, ServiceSpec("cases", "none"))
    yield database
    database.close()


@pytest.fixture
def store(db: Database, form: str) -> PostgresEventStore:
    return PostgresEventStore(db, "cases")


def append(store, count, type="case.noted"):
    now = store._clock.now()
    with store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [NewEvent(type, {"n": n}, now) for n in range(count)], Metadata())


def walk(store, limit, category=None, after=""):
    events, cursor = [], after
    while True:
        page = store.read_feed(cursor, category=category, limit=limit)
        events += page.events
        if page.head_at is not None:
            return events
        cursor = page.cursor


def looked_at(db):
    """Events that index scans of this connection have fetched so far."""
    db.fetch("SELECT pg_stat_force_next_flush()")
    (row,) = db.fetch("SELECT idx_tup_fetch, seq_tup_read FROM pg_stat_user_tables WHERE relname = 'events'")
    assert row["seq_tup_read"] == 0
    return row["idx_tup_fetch"]


@pytest.mark.parametrize("transactions", [1, 500])
def test_what_is_looked_at_does_not_grow_with_pages_times_events(store, db, transactions):
    for _ in range(transactions):
        append(store, EVENTS // transactions)
    store.tick()
    before = looked_at(db)
    assert len(walk(store, LIMIT)) == EVENTS
    assert looked_at(db) - before < 5 * EVENTS


def test_it_shows_the_same_feed_whatever_is_kept_of_it(store, monkeypatch):
    append(store, 3)
    store.tick()
    for _ in range(7):
        append(store, 20)
        append(store, 10, "fee.paid")
    store.tick()
    append(store, 5)
    store.tick()
    whole = [(event.id, event.cursor) for event in walk(store, 1_000)]
    assert len(whole) == 218
    fees = [(event.id, event.cursor) for event in walk(store, 1_000, "fee")]
    assert len(fees) == 70
    for kept in (1, 30, 100, 50_000):
        monkeypatch.setattr(pages, "KEPT", kept)
        fresh = PostgresEventStore(store._db, "cases")
        for limit in (2, 9, 50, 218):
            assert [(event.id, event.cursor) for event in walk(fresh, limit)] == whole
            assert [(event.id, event.cursor) for event in walk(fresh, limit, "fee")] == fees


def test_a_reader_far_behind_another_in_the_same_tick_is_served_too(store, monkeypatch):
    monkeypatch.setattr(pages, "KEPT", 40)
    append(store, 300)
    store.tick()
    events = walk(store, 20)
    assert [event.data["n"] for event in walk(store, 20, after=events[10].cursor)] == list(range(11, 300))
    assert [event.data["n"] for event in walk(store, 20, after=events[250].cursor)] == list(range(251, 300))
    assert [event.data["n"] for event in walk(store, 20, after=events[0].cursor)] == list(range(1, 300))
