"""A row stays as it was written; whoever reads events gets them in their newest version."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.eventstore import upcasting
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.upcasting import NewerEvent, newest_version, register, upcast
from shared.messaging.published import feed_page
from shared.readmodel.replay import local_reader
from shared.seals.audit import audit_store
from shared.testing.toy import KEEPER

OLD = {"colour": "grey"}
AS_NEW = {"colour": "grey", "size": "unknown"}


@pytest.fixture
def stream(store):
    stream = uuid4()
    with store.unit_of_work() as unit:
        now = store._clock.now()
        old = NewEvent("pebble.laid", OLD, now, schema_version=1)
        new = NewEvent("pebble.laid", {"colour": "white", "size": "small"}, now)
        unit.append(stream, 0, [old, new], Metadata())
    store.tick()
    return stream


def test_every_reader_gets_the_newest_version(store, stream):
    readers = {
        "stream": store.read_stream(stream),
        "feed": store.read_feed(category="pebble").events,
        "rebuild": local_reader(store)("pebble", "", 10).events,
    }
    for name, events in readers.items():
        assert [(e.schema_version, e.data.get("size")) for e in events] == [(2, "unknown"), (2, "small")], (
            name
        )
    with store.unit_of_work() as unit:
        assert unit.read_stream(stream)[0].data == AS_NEW
    published = feed_page(store, KEEPER, "pebble", "", 10)["events"]
    assert [message["data"]["size"] for message in published] == ["unknown", "small"]
    assert [message["schemaversion"] for message in published] == [2, 2]


def test_the_row_stays_as_it_was_and_audits_clean(db, store, stream):
    rows = db.fetch("SELECT schema_version, data::text AS data FROM events ORDER BY version")
    assert rows[0] == {"schema_version": 1, "data": '{"colour":"grey"}'}
    assert rows[1]["schema_version"] == newest_version("pebble.laid") == 2
    assert audit_store(db, "cases", {}).clean


def test_an_event_of_a_newer_program_is_refused_and_not_misread(store):
    stream = uuid4()
    with store.unit_of_work() as unit:
        event = NewEvent("pebble.laid", {"shape": "round"}, store._clock.now(), schema_version=3)
        unit.append(stream, 0, [event], Metadata())
    with pytest.raises(NewerEvent, match=r"pebble\.laid of version 3"):
        store.read_stream(stream)


@pytest.fixture
def steps(monkeypatch):
    monkeypatch.setattr(upcasting, "_STEPS", {})


def test_steps_are_taken_one_after_the_other(steps):
    register("a.b", {1: lambda d: d | {"two": 1}, 2: lambda d: {"three": d["two"] + 1}})
    assert upcast("a.b", 1, {}) == (3, {"three": 2})
    assert upcast("a.b", 2, {"two": 5}) == (3, {"three": 6})
    assert upcast("a.b", 3, {"three": 9}) == (3, {"three": 9})
    assert upcast("other", 1, OLD) == (1, OLD)


@pytest.mark.parametrize("versions", [(2,), (1, 3), (0, 1)])
def test_a_hole_in_the_steps_is_refused(steps, versions):
    with pytest.raises(ValueError, match=r"must take versions 1, 2"):
        register("a.b", dict.fromkeys(versions, dict))


def test_a_type_has_one_history(steps):
    register("a.b", {1: dict})
    register("a.b", {1: dict})
    with pytest.raises(ValueError, match="other upcasters"):
        register("a.b", {1: sorted})
