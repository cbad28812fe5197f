"""Appending: the expected version is kept, gaps are refused, a rollback leaves nothing."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.sealing import verify_chain

META = Metadata(actor="u1", role="clerk", correlation_id="c1")
PLACES = ["postgres-clear", "postgres-sealed", "postgres-by_text", "memory-clear", "memory-sealed"]


@pytest.fixture(params=PLACES)
def place(request):
    return request.param


def test_what_was_appended_is_read_back_in_order(store, make):
    stream = uuid4()
    with store.unit_of_work() as unit:
        assert unit.append(stream, 0, [make(n=1), make("case.accepted", n=2)], META) == 2
        assert unit.append(stream, 2, [make("case.decided", text="许可", n=None)], META) == 3
    events = store.read_stream(stream)
    assert [(e.version, e.type) for e in events] == [
        (1, "case.submitted"), (2, "case.accepted"), (3, "case.decided"),
    ]  # fmt: skip
    assert events[2].data == {"text": "许可", "n": None}
    assert events[0].metadata == {"actor": "u1", "role": "clerk", "correlation_id": "c1"}
    assert events[0].source == "cases"
    assert [e.version for e in store.read_stream(stream, after_version=2)] == [3]


def test_its_own_appends_are_visible_inside_the_unit_of_work_only(store, make):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make()], META)
        assert len(unit.read_stream(stream)) == 1
        assert store.read_stream(stream) == []


@pytest.mark.parametrize("expected", [0, 1, 3, 7])
def test_another_version_than_the_streams_is_refused(store, make, expected):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make(), make()], META)
    with pytest.raises(StaleVersion), store.unit_of_work() as unit:
        unit.append(stream, expected, [make()], META)
    assert len(store.read_stream(stream)) == 2


def test_a_gap_at_the_start_of_a_stream_is_refused(store, make):
    with pytest.raises(StaleVersion), store.unit_of_work() as unit:
        unit.append(uuid4(), 1, [make()], META)


def test_a_gap_after_the_writers_own_last_append_is_refused(store, make):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make()], META)
    with pytest.raises(StaleVersion), store.unit_of_work() as unit:
        unit.append(stream, 2, [make()], META)
    with store.unit_of_work() as unit:
        unit.append(stream, 1, [make()], META)
    assert verify_chain(store.read_stream(stream)) is None


def test_what_was_rolled_back_is_no_version_to_append_after(store, make):
    stream = uuid4()
    with pytest.raises(KeyError), store.unit_of_work() as unit:
        unit.append(stream, 0, [make()], META)
        assert len(unit.read_stream(stream)) == 1
        raise KeyError
    with pytest.raises(StaleVersion), store.unit_of_work() as unit:
        unit.append(stream, 1, [make()], META)
    assert store.read_stream(stream) == []


def test_of_two_streams_in_one_unit_both_are_stored_or_none(store, make):
    taken, free = uuid4(), uuid4()
    with store.unit_of_work() as unit:
        unit.append(taken, 0, [make()], META)
    with pytest.raises(StaleVersion) as refused, store.unit_of_work() as unit:
        unit.append(free, 0, [make()], META)
        unit.append(taken, 0, [make()], META)
    assert (refused.value.stream, refused.value.expected) == (taken, 0)
    assert store.read_stream(free) == []
    with store.unit_of_work() as unit:
        unit.append(free, 0, [make()], META)
        unit.append(taken, 1, [make("case.accepted")], META)
        unit.append(free, 1, [make("case.accepted")], META)
    store.tick()
    assert [e.stream for e in store.read_feed().events] == [taken, free, taken, free]


def test_a_hundred_events_of_one_commit_keep_their_order(store, make):
    stream = uuid4()
    with store.unit_of_work() as unit:
        assert unit.append(stream, 0, [make(n=n) for n in range(100)], META) == 100
        assert unit.append(stream, 100, [make(n=n) for n in range(100, 103)], META) == 103
    store.tick()
    assert [e.data["n"] for e in store.read_stream(stream)] == list(range(103))
    assert [e.data["n"] for e in store.read_feed().events] == list(range(103))
    assert verify_chain(store.read_stream(stream)) is None


def test_a_version_read_before_somebody_else_appended_is_refused(store, make):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make()], META)
    with pytest.raises(StaleVersion), store.unit_of_work() as mine:
        seen = len(mine.read_stream(stream))
        with store.unit_of_work() as other:
            other.append(stream, seen, [make()], META)
        mine.append(stream, seen, [make()], META)
    assert len(store.read_stream(stream)) == 2


def test_an_exception_leaves_nothing_behind(store, make):
    stream = uuid4()
    with pytest.raises(KeyError), store.unit_of_work() as unit:
        unit.begin_command("u1", "k1", "f")
        unit.append(stream, 0, [make()], META)
        raise KeyError
    store.tick()
    assert store.read_stream(stream) == []
    assert not store.read_feed().events
    with store.unit_of_work() as unit:
        assert unit.begin_command("u1", "k1", "f") is None
        unit.finish_command({})


def test_of_two_writers_at_once_one_wins(store, make):
    stream, start, outcomes = uuid4(), Barrier(8), []

    def write():
        start.wait()
        try:
            with store.unit_of_work() as unit:
                unit.append(stream, 0, [make()], META)
            outcomes.append("won")
        except StaleVersion:
            outcomes.append("lost")

    threads = [Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]
    assert len(store.read_stream(stream)) == 1


@pytest.mark.parametrize("number", [1.5, -0.0, 1e22, 1e-7, 1.5e-9, float("nan"), float("-inf")])
def test_a_float_is_refused_before_anything_is_stored(store, make, number):
    stream = uuid4()
    for data in ({"fee": {"amount": number}}, {"fees": [number]}, {"fees": [number, 1]}):
        with pytest.raises(TypeError), store.unit_of_work() as unit:
            unit.append(stream, 0, [make(**data)], META)
    assert store.read_stream(stream) == []


def test_text_that_looks_like_a_number_is_stored(store, make):
    texts = {"a": "1.5,", "b": "x:1e-07]", "c": [",2.5}", "1e+22,"], "d": "0e-0,"}
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make(**texts)], META)
    assert store.read_stream(stream)[0].data == texts


def test_a_stored_stream_verifies_whatever_the_zone_of_its_times(store):
    stream, beijing = uuid4(), timezone(timedelta(hours=8))
    with store.unit_of_work() as unit:
        for version in range(3):
            at = datetime(2026, 11, 22, 9, version, 30, 123456, tzinfo=beijing)
            unit.append(stream, version, [NewEvent("case.rated", {"b": 1, "a": "很好"}, at)], META)
    assert verify_chain(store.read_stream(stream)) is None
