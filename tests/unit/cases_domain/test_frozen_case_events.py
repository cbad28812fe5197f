"""Events of every released version stay readable: stored once, they are read for ever.

`case_events_v1.json` holds one event of each type as version 1 writes it. It is never edited; a new
version gets a file of its own and an upcaster.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.cases.domain import EVENT_TYPES, INITIAL, evolve
from services.cases.schemas import check_stored
from shared.contracts.case_events import PUBLISHED, publish
from shared.eventstore.event import Event

SAMPLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "case_events_v1.json").read_text("utf-8"))


def test_every_type_has_its_sample() -> None:
    assert sorted(sample["type"] for sample in SAMPLES) == sorted(EVENT_TYPES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["type"])
def test_version_1_is_still_read(sample: dict[str, Any]) -> None:
    event, data, at = sample["type"], sample["data"], datetime.fromisoformat(sample["occurred_at"])
    check_stored(event, data, 1)
    state = evolve(INITIAL, event, data, at)
    assert (state.version, state.status) == (1, data["status"])
    out = publish(Event(UUID(int=1), UUID(int=2), 1, event, 1, data, {}, at, at, "cases"))
    assert PUBLISHED[event]().validate(out) == {}
