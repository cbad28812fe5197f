"""What a queue may hold: events and heads of ours, and anything else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from shared.eventstore.event import Event
from shared.messaging.cloudevents import head_message, to_cloudevent
from shared.messaging.intake import decode

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
EVENT = Event(uuid4(), uuid4(), 1, "case.submitted", 1, {}, {}, NOW, NOW, "cases", "e-1-1", "")


def test_events_and_heads_are_read_whatever_type_they_claim() -> None:
    for message in (to_cloudevent(EVENT, {"a": 1}), head_message("cases", "case", "", NOW)):
        assert decode(json.dumps(message).encode()) == message


@pytest.mark.parametrize(
    "body",
    [
        b"", b"no json", b"\xff\xfe\x00", b"[]", b"null", b"7", b'{"type": "case.submitted"}',
        b'{"type": "category.head", "data": {}}',
        b'{"type": "category.head", "data": {"category": "case", "cursor": "", "tick_at": "noon"}}',
    ],
)  # fmt: skip
def test_everything_else_is_nothing(body: bytes) -> None:
    assert decode(body) is None
