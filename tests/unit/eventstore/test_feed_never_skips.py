"""The gap hunt: whatever writers do between insert and commit, a reader misses nothing.

A reader that went by position alone missed 9 857 of 64 759 events here; one that ticked by the
sequence's last value left 563 of 1 500 unread until the next append.
"""

from __future__ import annotations

import multiprocessing
import random
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Thread
from time import monotonic
from uuid import uuid4

import psycopg2

from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.ticker import Ticker
from shared.testing.postgres import new_database

SECONDS = 2.5
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def event():
    return NewEvent("case.noted", {"n": 1}, NOON)


def write(dsn, seed, seconds):
    """Appends to streams of its own: one or several per transaction, some pausing before the commit."""
    db, chance = Database(dsn, size=2), random.Random(seed)
    store, versions = PostgresEventStore(db, "cases"), {uuid4(): 0 for _ in range(5)}
    end = monotonic() + seconds
    while monotonic() < end:
        with store.unit_of_work() as unit:
            for stream in chance.choices(list(versions), k=chance.choice((1, 1, 1, 3))):
                count = chance.choice((1, 1, 4))
                versions[stream] = unit.append(
                    stream, versions[stream], [event() for _ in range(count)], Metadata()
                )
            if chance.random() < 0.1:
                Flag().wait(0.03)
    db.close()


def follow(store, stop, seen):
    """By its own cursor, in pages of an odd size, never looking twice."""
    cursor = ""
    while True:
        last_round = stop.is_set()
        store.wait(0.02)
        while True:
            page = store.read_feed(cursor, limit=37)
            seen += page.events
            cursor = page.cursor
            if page.head_at is not None:
                break
        if last_round:
            return


def test_many_pausing_writers_in_processes_and_a_stranger(store, db, database_dsn, postgres_server):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write, args=(database_dsn, n, SECONDS)) for n in range(4)]
    stop, ticking, seen = Flag(), Flag(), []
    ticker = Thread(target=Ticker(store, look=0.01).run, args=(ticking,))
    reader = Thread(target=follow, args=(store, stop, seen))
    stranger = psycopg2.connect(new_database(postgres_server))
    stranger.cursor().execute("CREATE TABLE held (n int)")  # an open write transaction of the same cluster
    for thing in (ticker, reader, *writers):
        thing.start()
    for writer in writers:
        writer.join()
    while store.tick():
        pass
    stop.set()
    reader.join()
    ticking.set()
    ticker.join()
    stranger.close()
    stored = {row["id"] for row in db.fetch("SELECT id::text AS id FROM events")}
    ids = [str(one.id) for one in seen]
    assert len(stored) > 200, "the writers did write"
    assert len(ids) == len(set(ids)), "nothing twice"
    assert set(ids) == stored, "nothing missed"
    at = {}
    for one in seen:
        assert one.version == at.get(one.stream, 0) + 1, "each stream in its order"
        at[one.stream] = one.version
    again = [one.id for one in store.read_feed(limit=len(stored) + 1).events]
    assert again == [one.id for one in seen], "the same order for who comes later"


def test_the_last_writer_paused_before_its_commit_and_is_shown_by_the_next_tick(store):
    with store.unit_of_work() as slow:
        slow.append(uuid4(), 0, [event()], Metadata())
        with store.unit_of_work() as quick:
            quick.append(uuid4(), 0, [event()], Metadata())
        assert store.tick() is True
        assert len(store.read_feed().events) == 1
        assert store.tick() is False, "nothing of the slow one can be shown yet"
    assert store.tick() is True, "with no further append"
    assert len(store.read_feed().events) == 2


def test_a_strangers_open_transaction_holds_nothing_up(store, postgres_server):
    stranger = psycopg2.connect(new_database(postgres_server))
    stranger.cursor().execute("CREATE TABLE held (n int)")
    with store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [event()], Metadata())
    assert store.tick() is True
    page = store.read_feed()
    assert len(page.events) == 1
    assert page.head_at is not None
    stranger.close()


def test_a_rolled_back_append_is_neither_shown_nor_waited_for(store):
    try:
        with store.unit_of_work() as unit:
            unit.append(uuid4(), 0, [event()], Metadata())
            store.tick()
            raise KeyError
    except KeyError:
        pass
    assert store.tick() is False
    assert not store.read_feed().events
