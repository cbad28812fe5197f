"""Events of every version ever released stay readable: stored once, they are read for ever.

`tests/samples/events/<type>/v<N>.json` is an event as version N stores it. A sample that was released is
never edited; a new version adds its own, and an upcaster from the one before.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from house_plan import OWNERS, ROOT, schemas
from marshmallow import Schema
from test_every_event_has_a_place import PUBLISHED

from shared.eventstore.event import Event
from shared.eventstore.upcasting import newest_version, upcast
from shared.testing.toy import KEEPER

SAMPLES = ROOT / "tests/samples/events"
STORED: dict[tuple[str, int], type[Schema]] = {
    key: schema for service in OWNERS for key, schema in schemas(service).STORED.items()
}
TYPES = sorted({event for event, _ in STORED})
FILES = sorted(SAMPLES.glob("*/v*.json"))


def version_of(file: Path) -> int:
    return int(file.stem.removeprefix("v"))


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


@pytest.mark.parametrize("event", TYPES)
def test_versions_run_from_1_to_the_newest_with_schema_sample_and_upcaster(event: str) -> None:
    """A version without a sample, and a chain of upcasters with a hole, both stop here."""
    expected = list(range(1, newest_version(event) + 1))
    assert sorted(version for kind, version in STORED if kind == event) == expected
    assert sorted(version_of(file) for file in (SAMPLES / event).glob("v*.json")) == expected


def test_no_sample_is_of_a_type_that_is_gone() -> None:
    """Stored events of it are still there: its schemas and upcasters have to stay."""
    assert {file.parent.name for file in FILES} - set(TYPES) == {"pebble.laid"}, "of the toys"


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_sample_is_read_by_today_s_program(file: Path) -> None:
    event, version, sample = file.parent.name, version_of(file), read(file)
    data, at = sample["data"], datetime.fromisoformat(sample["occurred_at"])
    before = json.dumps(data)
    newest, today = upcast(event, version, data)
    assert newest == newest_version(event)
    assert json.dumps(data) == before, "an upcaster changed what it was given"
    publish = next(
        spec.publish for spec in (*OWNERS.values(), KEEPER) if event.partition(".")[0] in spec.categories
    )
    assert publish is not None
    published = publish(Event(UUID(int=1), UUID(int=2), 1, event, newest, today, {}, at, at, "service"))
    if event in PUBLISHED:
        assert STORED[event, version]().validate(data) == {}
        assert STORED[event, newest]().validate(today) == {}
        assert published is None or PUBLISHED[event]().validate(published) == {}
