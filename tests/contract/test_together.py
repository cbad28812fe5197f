"""What is appended together is stored together: the promises of an append hold as they do one by one."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Metadata
from shared.eventstore.sealing import stored_data, verify_chain

META = Metadata(actor="u1")
PLACES = [
    f"{kind}-{data}" for kind in ("postgres", "postgres-green", "memory") for data in ("clear", "sealed")
]


@pytest.fixture(params=[*PLACES, "postgres-by_text"])
def place(request):
    return request.param


def test_several_streams_are_stored_with_one_commit_in_their_order(store, make):
    one, two = uuid4(), uuid4()
    with store.unit_of_work() as unit:
        unit.together(["u1", "u2"])
        assert unit.append(one, 0, [make(subject="u1", text="a"), make("case.accepted")], META) == 2
        assert unit.append(two, 0, [make(subject="u2", text="b")], META) == 1
        assert store.read_stream(one) == []
    store.tick()
    assert [(e.stream, e.version) for e in store.read_feed().events] == [(one, 1), (one, 2), (two, 1)]
    assert [store.read_stream(stream)[0].data["text"] for stream in (one, two)] == ["a", "b"]


def test_two_appends_to_one_stream_go_on_from_each_other(store, make, vault):
    stream, between = uuid4(), uuid4()
    with store.unit_of_work() as unit:
        unit.together(["u1"])
        unit.append(stream, 0, [make(subject="u1", text="first")], META)
        unit.append(between, 0, [make(n=1)], META)
        unit.append(stream, 1, [make("case.accepted", text="second")], META)
    events = store.read_stream(stream)
    assert [event.data.get("text") for event in events] == ["first", "second"]
    assert verify_chain(events) is None
    if vault:
        assert len({box["key"] for event in events for box in event.boxes}) == 1, "both are the subject's"


def test_whose_stream_it_is_may_be_said_by_an_event_that_waits(store, make, vault, db):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.together(["u1"])
        unit.append(stream, 0, [make("case.noticed", subject="u1")], META)
        unit.append(stream, 1, [make(text="mine")], META)
        unit.append(uuid4(), 0, [make(subject="u1", text="mine too")], META)
    store.tick()
    _, mine, other = store.read_feed().events
    assert (mine.data["text"], other.data["text"]) == ("mine", "mine too")
    if vault and db:
        assert mine.boxes[0]["key"] == other.boxes[0]["key"]


def test_a_conflict_in_the_middle_names_its_stream_and_stores_nothing(store, make):
    before, taken, after = uuid4(), uuid4(), uuid4()
    with store.unit_of_work() as unit:
        unit.append(taken, 0, [make(), make()], META)
    with pytest.raises(StaleVersion) as refused, store.unit_of_work() as unit:
        unit.together(["u1"])
        unit.append(before, 0, [make(subject="u1", text="a")], META)
        unit.append(taken, 0, [make(subject="u1", text="b"), make()], META)
        unit.append(after, 0, [make(subject="u1", text="c")], META)
    assert (refused.value.stream, refused.value.expected) == (taken, 0)
    assert store.read_stream(before) == store.read_stream(after) == []
    assert len(store.read_stream(taken)) == 2


@pytest.mark.parametrize("expected", [1, 3])
def test_a_gap_and_a_version_that_was_passed_are_refused(store, make, expected):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make(), make()], META)
    with pytest.raises(StaleVersion) as refused, store.unit_of_work() as unit:
        unit.together()
        unit.append(uuid4(), 0, [make()], META)
        unit.append(stream, expected, [make()], META)
    assert (refused.value.stream, refused.value.expected) == (stream, expected)
    assert len(store.read_stream(stream)) == 2


def test_what_waits_is_seen_by_who_looks(store, make, db):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.together(["u1"])
        unit.append(stream, 0, [make(subject="u1", text="a")], META)
        assert [event.data["text"] for event in unit.read_stream(stream)] == ["a"]
        unit.append(stream, 1, [make("case.accepted")], META)
        if db:
            unit.cursor.execute("SELECT count(*) FROM events WHERE stream = %s", (str(stream),))
            assert unit.cursor.fetchone() == (2,)
    assert len(store.read_stream(stream)) == 2


def test_an_exception_leaves_nothing_behind_and_nothing_together_is_nothing(store, make):
    stream = uuid4()
    with pytest.raises(KeyError), store.unit_of_work() as unit:
        unit.together(["u1"])
        unit.append(stream, 0, [make(subject="u1", text="a")], META)
        raise KeyError
    with store.unit_of_work() as unit:
        unit.together(["u1"])
    assert store.read_stream(stream) == []


def test_a_command_keeps_its_key_and_its_answer(store, make):
    stream = uuid4()
    for known in (None, {"n": 1}):
        with store.unit_of_work() as unit:
            assert unit.begin_command("u1", "k1", "f1") == known
            unit.together(["u1"])
            if known is None:
                unit.append(stream, 0, [make(subject="u1", text="a")], META)
                unit.finish_command({"n": 1})
    assert len(store.read_stream(stream)) == 1


def test_each_subject_is_sealed_under_its_own_key_also_one_that_nobody_named(store, make, vault, db):
    streams = {name: uuid4() for name in ("u1", "u2", "unnamed")}
    with store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [make(subject="u1", text="has a key already")], META)
    with store.unit_of_work() as unit:
        unit.together(["u1", "u2"])
        for subject, stream in streams.items():
            unit.append(stream, 0, [make(subject=subject, text=f"of {subject}")], META)
    events = {subject: store.read_stream(stream)[0] for subject, stream in streams.items()}
    for subject, event in events.items():
        assert event.data["text"] == f"of {subject}"
        assert (f"of {subject}" in str(stored_data(event))) == (vault is None)
    if vault:
        assert len({event.boxes[0]["key"] for event in events.values()}) == 3
    if vault and db:
        noted = db.fetch(
            "SELECT stream::text, subject FROM vault.subject_streams WHERE stream = ANY(%s::uuid[])",
            ([str(stream) for stream in streams.values()],),
        )
        said = {row["stream"]: row["subject"] for row in noted}
        assert said == {str(stream): subject for subject, stream in streams.items()}
