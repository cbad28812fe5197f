"""What a vault promises, whichever store it stands in: sealed where it lies, open to who reads."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.eventstore.event import Metadata
from shared.eventstore.sealing import stored_data, verify_chain

META = Metadata(actor="u1")
DATA = {
    "subject": "u1",
    "text": "我叫王小明",
    "who": {"id": "officer-7", "name": "李青", "nick/name": "小李"},
    "rows": [{"id": None, "name": "赵红"}, {"name": ""}],
    "n": 7,
}


@pytest.fixture
def stream(store, make):
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make(**DATA), make("case.noticed", n=1)], META)
        unit.append(stream, 2, [make("case.accepted", text="再来")], META)
    return stream


def test_what_was_appended_is_what_readers_get(store, stream):
    store.tick()
    for events in (store.read_stream(stream), store.read_feed().events):
        assert [event.data for event in events] == [DATA, {"n": 1}, {"text": "再来"}]
    with store.unit_of_work() as unit:
        assert unit.read_stream(stream)[0].data == DATA


def test_what_lies_in_the_store_says_nothing_of_anybody(store, stream, vault):
    stored = str([stored_data(event) for event in store.read_stream(stream)])
    said = ("我叫王小明", "李青", "小李", "赵红", "再来")
    assert [text for text in said if text in stored] == ([] if vault else list(said))
    assert "officer-7" in stored


def test_the_hash_chain_is_over_what_lies_there(store, stream):
    assert verify_chain(store.read_stream(stream)) is None


def test_each_person_has_a_key_of_their_own(store, stream, vault, make):
    if vault is None:
        assert all(event.boxes is None for event in store.read_stream(stream))
        return
    other = uuid4()
    with store.unit_of_work() as unit:
        unit.append(
            other, 0, [make(subject="u2", text="别人", who={"id": "officer-7", "name": "李青"})], META
        )
    first, silent, later = store.read_stream(stream)
    [of_other, of_officer] = store.read_stream(other)[0].boxes
    assert silent.boxes is None
    assert [len(box["fields"]) for box in first.boxes] == [3, 1]
    assert first.boxes[1]["key"] == of_officer["key"]
    assert {first.boxes[0]["key"]} == {box["key"] for box in later.boxes}
    assert of_other["key"] not in {box["key"] for box in first.boxes}


def test_a_stream_without_a_subject_is_its_own(store, make, vault):
    one, two = uuid4(), uuid4()
    with store.unit_of_work() as unit:
        unit.append(one, 0, [make(text="a")], META)
        unit.append(two, 0, [make(text="b")], META)
    keys = {box["key"] for stream in (one, two) for box in store.read_stream(stream)[0].boxes or ()}
    assert len(keys) == (2 if vault else 0)


def test_floats_are_refused_in_personal_values_too(store, make):
    with pytest.raises(TypeError, match="float"), store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [make(text=1.5)], META)


def test_a_rolled_back_stream_leaves_no_key_that_others_would_use(store, make):
    class Changed(Exception):
        pass

    with pytest.raises(Changed), store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [make(subject="u3", text="never")], META)
        raise Changed
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [make(subject="u3", text="kept")], META)
    assert store.read_stream(stream)[0].data["text"] == "kept"
