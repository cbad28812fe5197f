"""An event survives the trip through its published form; a head says how far a category reaches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.eventstore.event import Event
from shared.messaging.cloudevents import from_cloudevent, head_message, routing_key, to_cloudevent

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def make_event(**changes: object) -> Event:
    fields = {
        "id": uuid4(), "stream": uuid4(), "version": 3, "type": "case.accepted", "schema_version": 2,
        "data": {"secret": "stays inside"},
        "metadata": {"actor": "u1", "correlation_id": "c1", "role": "clerk"},
        "occurred_at": NOON, "recorded_at": NOON, "source": "cases", "cursor": "e-2-5", "previous": "e-1-3",
    }  # fmt: skip
    return Event(**{**fields, **changes})  # type: ignore[arg-type]


def test_the_published_event_comes_back_as_it_was_sent():
    event = make_event()
    published = {"case": {"case_no": "370100-1"}, "status": "accepted"}
    back = from_cloudevent(json.loads(json.dumps(to_cloudevent(event, published))))
    assert back == make_event(
        id=event.id, stream=event.stream, data=published, metadata={"actor": "u1", "correlation_id": "c1"}
    )


def test_stored_data_is_not_published():
    assert "stays inside" not in json.dumps(to_cloudevent(make_event(), {}))


@pytest.mark.parametrize(
    ("data", "subject"),
    [({"case": {"case_no": "N1"}, "subject": "other"}, "N1"), ({"subject": "S1"}, "S1"), ({}, None)],
)
def test_the_subject_is_the_case_number_or_the_named_subject_or_the_stream(data, subject):
    event = make_event()
    assert to_cloudevent(event, data)["subject"] == (subject or str(event.stream))


def test_a_head_travels_with_the_events_of_its_category():
    head = head_message("cases", "case", "e-2-5", NOON)
    assert routing_key(head) == "case.head"
    assert head["type"] == "category.head"
    assert head["data"] == {"category": "case", "cursor": "e-2-5", "tick_at": NOON.isoformat()}


@pytest.mark.parametrize("broken", [{}, {"id": "no uuid"}, {"source": "/elsewhere"}])
def test_what_is_not_ours_is_refused_as_a_value_error(broken):
    message = to_cloudevent(make_event(), {}) | broken
    if not broken:
        message = {}
    with pytest.raises(ValueError):
        from_cloudevent(message)
