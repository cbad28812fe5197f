"""What the feed hands out is the event that the stream holds, however and whenever it is looked at."""

from __future__ import annotations

import pickle
from copy import copy
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from shared.eventstore.copying import CopiedEvent
from shared.eventstore.event import Event, Metadata, NewEvent

AT = datetime(2026, 11, 22, 9, 30, 1, 120, tzinfo=timezone(timedelta(hours=8)))
NAMES = [name for name in Event.__dataclass_fields__ if name not in ("cursor", "previous")]


@pytest.fixture
def pair(store, form) -> tuple[Event, Event]:
    stream = uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, 0, [NewEvent("case.rated", {"a": [1, "许可"], "b": None}, AT)], Metadata("u1"))
    store.tick()
    (fed,), (stored,) = store.read_feed().events, store.read_stream(stream)
    assert isinstance(fed, CopiedEvent) is (form == "binary")
    return fed, replace(stored, cursor=fed.cursor, previous=fed.previous)


@pytest.mark.parametrize("name", NAMES)
def test_each_field_is_the_same_when_it_is_looked_at_first(pair, name):
    fed, stored = pair
    assert getattr(fed, name) == getattr(stored, name)
    assert type(getattr(fed, name)) is type(getattr(stored, name))


def test_it_is_an_event_like_any_other(pair):
    fed, stored = pair
    assert fed == stored
    assert stored == fed
    assert copy(fed) == pickle.loads(pickle.dumps(fed)) == stored  # noqa: S301
    assert asdict(fed) == asdict(stored)
    assert replace(fed, data={}) != stored
    assert replace(fed, data={}).data == {}
    assert fed.data is fed.data
    assert isinstance(fed.id, UUID)


def test_what_no_event_has_is_refused(pair):
    with pytest.raises(AttributeError):
        pair[0].nothing  # noqa: B018
    with pytest.raises(AttributeError):
        pair[0].version = 7
