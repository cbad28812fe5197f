"""The hash chain notices every change to a stored stream."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from shared.clock import SystemClock
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.sealing import SM3, algorithm_of, canonical, chain, chain_event, verify_chain


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
        {"metadata": {"actor": "u2", "role": "system"}},
        {"metadata": {"actor": "u1", "role": "clerk"}},
        {"metadata": {"actor": "u1", "role": "system", "correlation_id": "c"}},
        {"schema_version": 2},
        {"stream": uuid4()},
        {"id": uuid4()},
        {"hash": b"\0" * 32},
    ],
)
def test_a_changed_event_is_found_where_it_stands(events, change):
    events[2] = replace(events[2], **change)
    assert verify_chain(events).version == 3


@pytest.mark.parametrize("time", ["occurred_at", "recorded_at"])
def test_a_moved_time_is_found(events, time):
    events[0] = replace(events[0], **{time: getattr(events[0], time) + timedelta(microseconds=1)})
    assert verify_chain(events).version == 1


def test_a_stream_may_change_its_algorithm_and_each_hash_says_which(events):
    events[2] = replace(events[2], hash=chain_event(events[1].hash, events[2], SM3))
    events[3] = replace(events[3], hash=chain_event(events[2].hash, events[3]))
    assert [algorithm_of(event.hash).name for event in events] == ["sha256", "sha256", "sm3", "sha256"]
    assert verify_chain(events) is None
    events[2] = replace(events[2], hash=b"\x01" + events[2].hash[1:])
    assert verify_chain(events).version == 3


def test_the_form_of_the_hash_is_as_documented():
    """Worked out by hand from docs/proofs.md, so that a change of the form can't pass for a refactoring."""
    id, stream = UUID(int=1), UUID(int=2)
    at, later = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(1970, 1, 1, 0, 0, 2, tzinfo=UTC)
    body = (
        b"yiwang.event.1\0" + b"\x03" + b"abc" + b"\x01" + id.bytes + stream.bytes
        + b"\0\0\0\x07" + b"\0\x02" + (1_000_000).to_bytes(8) + (2_000_000).to_bytes(8)
        + b"\0\0\0\x0a" + b"\0\0\0\x02" + b"\0\0\0\x10" + b"case.rated" + b"{}" + '{"reason":"好"}'.encode()
    )  # fmt: skip
    made = chain(
        b"abc", id=id, stream=stream, version=7, type="case.rated", schema_version=2, metadata="{}",
        occurred_at=at, recorded_at=later, data='{"reason":"好"}',
    )  # fmt: skip
    assert made == b"\x01" + sha256(body).digest()


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
