"""The hash chain notices every change to a stored stream."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.clock import SystemClock
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.sealing import canonical, verify_chain


@pytest.fixture
def events():
    store, stream = MemoryEventStore("cases"), uuid4()
    with store.unit_of_work() as unit:
        new = [NewEvent("case.noted", {"n": n, "by": {"id": "u1"}}, SystemClock().now()) for n in range(4)]
        unit.append(stream, 0, new, Metadata(actor="u1"))
    return store.read_stream(stream)


def test_an_untouched_stream_verifies(events):
    assert verify_chain(events) is None


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"n": 2, "by": {"id": "u2"}}},
        {"data": {"n": 2, "by": {"id": "u1"}, "more": None}},
        {"type": "case.rated"},
        {"metadata": {"actor": "u2"}},
        {"id": uuid4()},
        {"hash": b"\0" * 32},
    ],
)
def test_a_changed_event_is_found_where_it_stands(events, change):
    events[2] = replace(events[2], **change)
    assert verify_chain(events).version == 3


def test_a_moved_time_is_found(events):
    events[0] = replace(events[0], occurred_at=events[0].occurred_at + timedelta(microseconds=1))
    assert verify_chain(events).version == 1


def test_a_removed_event_is_found(events):
    assert verify_chain(events[:1] + events[2:]).reason == "version 2 is missing"
    assert verify_chain(events[1:]).version == 2


def test_swapped_events_are_found(events):
    swapped = [events[0], replace(events[2], version=2), replace(events[1], version=3), events[3]]
    assert verify_chain(swapped).version == 2


def test_the_canonical_form_knows_no_order_of_keys_and_no_floats():
    assert canonical({"b": 1, "a": "许可"}) == '{"a":"许可","b":1}'
    with pytest.raises(TypeError, match=r"data\.fee\.0"):
        canonical({"fee": [0.5]})
