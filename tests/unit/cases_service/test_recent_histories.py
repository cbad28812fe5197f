"""Read models share the histories of what has just happened, and never one that is no longer true."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.cases.readmodels import recent
from services.cases.readmodels.recent import History, RecentHistories
from shared.eventstore.event import Event

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
STREAM = uuid4()


def event(version: int, type: str = "case.noted", stream: UUID = STREAM, epoch: str = "one") -> Event:
    return Event(
        uuid4(), stream, version, type, 1, {}, {}, NOON, NOON, "cases", f"{epoch}-{version:x}-{version:x}"
    )


@pytest.fixture
def histories() -> RecentHistories:
    return RecentHistories()


def versions(history: History) -> list[int]:
    return [each.version for each in history.events]


def test_what_begins_or_goes_on_is_known_without_reading(histories):
    [first], lacking = histories.follow([event(1), event(2)])
    assert (versions(first), lacking) == ([1, 2], {})
    [second], lacking = histories.follow([event(3)])
    assert (versions(second), lacking) == ([1, 2, 3], {})
    assert histories.follow([event(3)])[0][0] is second, "the next read model's is the same, folded already"
    [late], _ = histories.follow([event(2)])
    assert versions(late) == [1, 2], "one that lags sees no later event"


def test_what_is_not_known_whole_is_read_and_then_kept(histories):
    found, lacking = histories.follow([event(4)])
    assert (found, lacking) == ([], {STREAM: 4})
    histories.keep(History([event(n) for n in (1, 2, 3, 4)]), "one-4-4")
    [history], _ = histories.follow([event(5)])
    assert versions(history) == [1, 2, 3, 4, 5]
    assert histories.follow([event(7)])[1] == {STREAM: 7}, "there is a gap"


def test_an_erasure_is_read_anew(histories):
    histories.follow([event(1)])
    assert histories.follow([event(2, recent.ERASED)])[1] == {STREAM: 2}
    assert histories.follow([event(3)])[1] == {STREAM: 3}


def test_nothing_is_kept_into_another_epoch_or_without_one(histories):
    histories.follow([event(1), event(2)])
    assert histories.follow([event(3, epoch="two")])[1] == {STREAM: 3}
    histories.keep(History([event(1), event(2), event(3)]), "one-3-3")
    assert histories.follow([event(3, epoch="two")])[1] == {STREAM: 3}
    assert histories.follow([replace(event(1), cursor="")])[1] == {STREAM: 1}


def test_what_is_kept_is_bounded_in_number_length_and_age(histories, monkeypatch):
    monkeypatch.setattr(recent, "KEPT", 3)
    monkeypatch.setattr(recent, "LONGEST", 2)
    streams = [uuid4() for _ in range(5)]
    for stream in streams:
        histories.follow([event(1, stream=stream)])
    assert len(histories._kept) == 3
    histories.follow([event(2, stream=streams[4]), event(3, stream=streams[4])])
    assert histories.follow([event(4, stream=streams[4])])[1] == {streams[4]: 4}
    monkeypatch.setattr(recent, "FRESH", -1.0)
    assert histories.follow([event(2, stream=streams[3])])[1] == {streams[3]: 2}
