"""Who follows a feed closely reads it once per process, and sees what every reader sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared.clock import SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore import tail
from shared.eventstore.errors import UnknownCursor
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.feed import start_new_epoch
from shared.eventstore.postgres import PostgresEventStore
from shared.service.spec import ServiceSpec

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def db(database_dsn: str) -> Iterator[Database]:
    database = Database(database_dsn)
    migrate(database, ServiceSpec("cases", "none", categories=("case", "card")))
    yield database
    database.close()


@pytest.fixture
def store(db: Database) -> PostgresEventStore:
    return PostgresEventStore(db, "cases", SimulatedClock(NOON))


@pytest.fixture
def append(store: PostgresEventStore) -> Callable[..., UUID]:
    def do(*types: str) -> UUID:
        stream = uuid4()
        with store.unit_of_work() as unit:
            unit.append(stream, 0, [NewEvent(type, {}, NOON) for type in types], Metadata())
        store.tick()
        return stream

    return do


@pytest.fixture
def reads(store: PostgresEventStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cursors from which the database was asked."""
    asked: list[str] = []
    read = store.read_feed
    monkeypatch.setattr(store, "read_feed", lambda after="", **how: asked.append(after) or read(after, **how))
    return asked


def follow(store: PostgresEventStore, cursor: str, category: str | None) -> tuple[list[str], str]:
    page = store.follow(cursor, category=category, limit=100)
    return [event.type for event in page.events], page.cursor


def test_all_who_follow_closely_cost_one_read_per_tick(store, append, reads):
    append("case.a", "card.a")
    case, card, all_ = (follow(store, "", category)[1] for category in ("case", "card", None))
    case, card, all_ = (follow(store, at, of)[1] for at, of in ((case, "case"), (card, "card"), (all_, None)))
    reads.clear()
    append("case.b", "card.b", "case.c")
    cases, cards, everything = (
        follow(store, case, "case"),
        follow(store, card, "card"),
        follow(store, all_, None),
    )
    assert cases[0] == ["case.b", "case.c"]
    assert cards[0] == ["card.b"]
    assert everything[0] == ["case.b", "card.b", "case.c"]
    assert len(reads) == 1
    assert follow(store, cases[1], "case")[0] == follow(store, cards[1], "card")[0] == []
    assert len(reads) == 1, "nothing was ticked since"


def test_events_are_decoded_once_for_all(store, append):
    append("case.a")
    cursor = store.follow("", category="case").cursor
    append("case.b")
    [one], [other] = (store.follow(cursor, category=of).events for of in ("case", None))
    assert one is other


def test_it_says_what_a_read_of_the_feed_says(store, append):
    cursors = [""]
    for types in (("case.a",), ("card.a", "case.b"), ("case.c", "card.b", "card.c")):
        append(*types)
        cursors.append(store.follow(cursors[-1]).cursor)
    for category in ("case", "card", "none", None):
        for after in cursors:
            for limit in (1, 2, 100):
                got = store.follow(after, category=category, limit=limit)
                fresh = store.read_feed(after, category=category, limit=limit)
                assert [event.id for event in got.events] == [event.id for event in fresh.events]
                assert (got.head_at is None) == (fresh.head_at is None)
                assert (
                    not store.read_feed(got.cursor, category=category, limit=100).events
                    or got.head_at is None
                )


def test_ticks_of_other_processes_are_seen_soon_though_nobody_tells(db, store, append, monkeypatch):
    append("case.a")
    cursor = store.follow("", category="case").cursor
    assert store.follow(cursor, category="case").events == []
    other = PostgresEventStore(db, "cases", SimulatedClock(NOON))
    with other.unit_of_work() as unit:
        unit.append(uuid4(), 0, [NewEvent("case.b", {}, NOON)], Metadata())
    other.tick()
    monkeypatch.setattr(tail, "FRESH", 0.0)
    assert [event.type for event in store.follow(cursor, category="case").events] == ["case.b"]


def test_what_is_kept_is_bounded_and_who_lags_reads_for_himself(store, append, monkeypatch):
    monkeypatch.setattr(tail, "KEPT", 3)
    append("case.a")
    cursor = begin = store.follow("").cursor
    for number in range(10):
        append(f"case.n{number}")
        cursor = store.follow(cursor).cursor
    assert len(store._tail._kept) <= 4
    assert [event.type for event in store.follow(begin).events] == [f"case.n{number}" for number in range(10)]


def test_a_new_epoch_is_noticed(db, store, append):
    append("case.a")
    cursor = store.follow("").cursor
    append("case.b")
    with db.transaction() as sql:
        start_new_epoch(sql)
    with pytest.raises(UnknownCursor):
        store.follow(cursor)
    with pytest.raises(UnknownCursor):
        store.follow(cursor)
