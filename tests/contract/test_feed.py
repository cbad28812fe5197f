"""The feed: each committed event once, in one order for all, by pages and by category."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest

from shared.eventstore.errors import UnknownCursor
from shared.eventstore.event import Metadata

PLACES = [
    f"{kind}-{data}" for kind in ("postgres", "postgres-green", "memory") for data in ("clear", "sealed")
]


@pytest.fixture(params=PLACES)
def place(request):
    return request.param


def append(store, make, *types, stream: UUID | None = None, at: int = 0) -> tuple[UUID, int]:
    stream = stream or uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, at, [make(type) for type in types or ("case.submitted",)], Metadata())
        return stream, unit.txid


def walk(store, *, limit=1000, category=None, after=""):
    events, cursor = [], after
    while True:
        page = store.read_feed(cursor, category=category, limit=limit)
        events += page.events
        assert page.cursor != "" or not page.events
        if page.head_at is not None:
            return events, page
        cursor = page.cursor


def test_nothing_is_shown_before_a_tick_and_all_after_it(store, make):
    append(store, make)
    assert not store.read_feed().events
    assert store.tick() is True
    assert len(store.read_feed().events) == 1


def test_a_tick_is_taken_only_for_something_new(store, make):
    assert store.tick() is False
    append(store, make)
    assert store.tick() is True
    assert store.tick() is False


def test_pages_of_any_size_give_the_same_feed(store, make):
    for n in range(7):
        append(store, make, "case.submitted", "case.accepted")
        if n % 3 == 0:
            store.tick()
    store.tick()
    whole = [(e.id, e.cursor) for e in walk(store)[0]]
    assert len(whole) == 14
    for limit in (1, 2, 3, 5, 14):
        assert [(e.id, e.cursor) for e in walk(store, limit=limit)[0]] == whole


def test_a_stream_keeps_its_order_when_one_transaction_writes_between_two_of_another(store, make):
    stream = uuid4()
    with store.unit_of_work() as slow:
        slow.append(uuid4(), 0, [make()], Metadata())
        append(store, make, stream=stream)
        slow.append(stream, 1, [make("case.accepted")], Metadata())
    store.tick()
    assert [e.version for e in store.read_feed().events if e.stream == stream] == [1, 2]


def test_a_category_is_read_alone_and_previous_names_its_own_last_event(store, make):
    append(store, make, "case.submitted", "joint_case.opened", "case.accepted")
    append(store, make, "case_x.opened")
    store.tick()
    events = store.read_feed(category="case").events
    assert [e.type for e in events] == ["case.submitted", "case.accepted"]
    assert events[0].previous == ""
    assert events[1].previous == events[0].cursor
    mixed = store.read_feed().events
    assert [e.previous for e in mixed] == ["", "", mixed[0].cursor, ""]


def test_previous_of_a_later_page_is_where_that_page_began(store, make):
    append(store, make, "case.submitted", "case.accepted")
    store.tick()
    first = store.read_feed(limit=1)
    assert store.read_feed(first.cursor).events[0].previous == first.cursor


def test_an_empty_page_moves_the_cursor_past_what_it_looked_through(store, make):
    append(store, make)
    store.tick()
    page = store.read_feed(category="fee")
    assert not page.events
    assert page.cursor == store.head()
    append(store, make, "fee.paid")
    store.tick()
    assert [e.type for e in store.read_feed(page.cursor, category="fee").events] == ["fee.paid"]


def test_a_reader_that_starts_at_the_head_sees_only_what_comes_later(store, make):
    append(store, make)
    store.tick()
    head = store.head()
    assert not store.read_feed(head).events
    append(store, make, "case.rated")
    store.tick()
    assert [e.type for e in store.read_feed(head).events] == ["case.rated"]


def test_head_at_says_until_when_nothing_is_missing(store, make, clock):
    append(store, make)
    store.tick()
    ticked = clock.now()
    clock.advance_to(ticked + timedelta(seconds=5))
    assert store.read_feed().head_at == clock.now(), "nothing new since the tick"
    append(store, make)
    assert store.read_feed().head_at == ticked, "an event that no tick shows yet"
    store.tick()
    assert store.read_feed().head_at == clock.now()


def test_a_full_page_says_that_there_may_be_more(store, make):
    append(store, make, "case.submitted", "case.accepted")
    store.tick()
    assert store.read_feed(limit=2).head_at is None
    assert store.read_feed(limit=3).head_at is not None


@pytest.mark.parametrize("cursor", ["nonsense", "a-b", "x-1-zz", "-1-2"])
def test_what_is_no_cursor_is_refused(store, cursor):
    with pytest.raises(UnknownCursor):
        store.read_feed(cursor)


def test_a_cursor_of_another_epoch_is_refused_and_its_event_is_found_again(store, make, new_epoch):
    stream, _ = append(store, make, "case.submitted", "case.accepted")
    store.tick()
    first, second = store.read_feed().events
    new_epoch()
    with pytest.raises(UnknownCursor):
        store.read_feed(first.cursor)
    place = store.find(first.id, stream, 1)
    assert place is not None
    assert place != first.cursor
    assert [e.id for e in store.read_feed(place).events] == [second.id]
    assert store.find(uuid4(), stream, 1) is None


def test_an_event_that_no_tick_shows_has_no_place_yet(store, make):
    stream, _ = append(store, make)
    event = store.read_stream(stream)[0]
    assert store.find(event.id, stream, 1) is None


def test_reached_is_said_only_after_the_transactions_last_event(store, make):
    _, txid = append(store, make, "case.submitted", "case.accepted")
    assert store.reached(store.head(), txid) is False
    store.tick()
    first, last = store.read_feed().events
    assert store.reached("", txid) is False
    assert store.reached(first.cursor, txid) is False
    assert store.reached(last.cursor, txid) is True
    assert store.reached(store.head(), txid) is True
    _, later = append(store, make)
    store.tick()
    assert store.reached(last.cursor, later) is False


def test_a_reader_of_one_category_has_reached_a_transaction_at_its_last_event_of_that_category(store, make):
    _, txid = append(store, make, "case.submitted", "card.issued")
    store.tick()
    [submitted] = store.read_feed(category="case").events
    assert store.reached(submitted.cursor, txid, category="case") is True
    assert store.reached(submitted.cursor, txid, category="card") is False
    assert store.reached(submitted.cursor, txid) is False


def test_what_a_transaction_appended_is_known_once_it_committed(store, make):
    with store.unit_of_work() as unit:
        stream, txid = uuid4(), unit.txid
        unit.append(stream, 0, [make(), make("fee.paid")], Metadata())
        assert store.appended_by(txid) == set()
    assert store.appended_by(txid) == {(stream, "case"), (stream, "fee")}


def test_every_waiter_is_woken_by_a_tick(store, make):
    ready, woken = [], []

    def wait():
        store.wait(0)
        ready.append(1)
        woken.append(store.wait(10))

    threads = [Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    while len(ready) < 3:
        threads[0].join(0.005)
    append(store, make)
    store.tick()
    for thread in threads:
        thread.join()
    assert woken == [True] * 3


def test_the_ticker_is_woken_by_a_commit_with_events_and_by_no_other(store, make):
    store.wait_for_append(0)
    with store.unit_of_work():
        pass
    assert store.wait_for_append(0) is False
    append(store, make)
    assert store.wait_for_append(0) is True
