"""A replay moves the cursor back; live events wait behind it."""

from __future__ import annotations

from typing import Any

import pytest
from notify_kit import Notify, QueueStandIn, department, subscribe

from services.notify.delivery.queues import deliver_queues
from shared.problems import Problem

QUEUE = "department.bureau"


@pytest.fixture
def delivered(notify: Notify, broker: QueueStandIn) -> dict[str, Any]:
    """Three cases with two events each, all delivered, a minute apart."""
    made: dict[str, Any] = subscribe(notify)
    for kind in ("case.submitted", "case.accepted"):
        for case in ("A", "B", "C"):
            notify.happen(notify.event(kind, case_no=case))
            notify.later(minutes=1)
    _deliver(notify)
    broker.queues.clear()
    return made


def _deliver(notify: Notify) -> None:
    notify.project()
    while deliver_queues(notify.app):
        pass


def _replay(notify: Notify, made: dict[str, Any], **body: Any) -> Any:
    return notify.call("replay", actor=department(), params={"id": made["id"]}, body=body)


def _told(broker: QueueStandIn) -> list[str]:
    return [event["subject"] + event["type"][4:] for event in broker.queues.get(QUEUE, [])]


def test_from_a_cursor(notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]) -> None:
    page = notify.call("events", actor=department(), params={"limit": "4"})
    answer = _replay(notify, delivered, **{"from": page["next"]})
    _deliver(notify)
    assert answer["events"] == 2 and _told(broker) == ["B.accepted", "C.accepted"]


def test_from_a_time(notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]) -> None:
    answer = _replay(notify, delivered, **{"from": "2025-10-17T09:05:00+08:00"})
    _deliver(notify)
    assert answer["events"] == 1 and _told(broker) == ["C.accepted"]


def test_a_time_without_offset_is_a_legal_one(notify: Notify, delivered: dict[str, Any]) -> None:
    dry = {"from": "2025-10-17 09:05", "dry_run": True}
    assert _replay(notify, delivered, **dry)["events"] == 1


def test_a_dry_run_counts_and_does_nothing(
    notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]
) -> None:
    answer = _replay(notify, delivered, **{"from": "2025-10-17", "dry_run": True})
    _deliver(notify)
    assert answer["events"] == 6 and answer["dry_run"] and _told(broker) == []
    types = [row["type"] for row in notify.kept("SELECT type FROM events")]
    assert "subscription.replayed" not in types


def test_one_case_only_and_its_live_events_wait_behind(
    notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]
) -> None:
    answer = _replay(notify, delivered, case="B")
    notify.happen(notify.event("case.completed", case_no="B"), notify.event("case.completed", case_no="C"))
    _deliver(notify)
    told = _told(broker)
    assert answer["events"] == 2
    assert [line for line in told if line[0] == "B"] == ["B.submitted", "B.accepted", "B.completed"]
    assert [line for line in told if line[0] == "C"] == ["C.completed"]
    assert notify.kept("SELECT * FROM lane WHERE case_no <> ''") == []


def test_live_events_wait_behind_a_whole_replay(
    notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]
) -> None:
    _replay(notify, delivered, **{"from": "2025-10-17"})
    notify.happen(notify.event("case.completed", case_no="A"))
    _deliver(notify)
    assert len(_told(broker)) == 7 and _told(broker)[-1] == "A.completed"


def test_it_is_a_fact_with_who_and_how_many(notify: Notify, delivered: dict[str, Any]) -> None:
    _replay(notify, delivered, case="A")
    [row] = notify.kept("SELECT data, metadata FROM events WHERE type = 'subscription.replayed'")
    assert row["data"]["case_no"] == "A" and row["data"]["events"] == 2
    assert row["metadata"]["actor"] == department().id


@pytest.mark.parametrize("body", [{}, {"from": "yesterday"}, {"from": "2025-13-45"}])
def test_what_can_not_be_understood_is_refused(
    notify: Notify, delivered: dict[str, Any], body: dict[str, Any]
) -> None:
    with pytest.raises(Problem) as problem:
        _replay(notify, delivered, **body)
    assert problem.value.status == 422


def test_who_pulls_needs_no_replay(notify: Notify) -> None:
    made = subscribe(notify, delivery={"kind": "pull"})
    for dry_run in (True, False):
        with pytest.raises(Problem) as problem:
            _replay(notify, made, **{"from": "2025-10-17", "dry_run": dry_run})
        assert problem.value.code == "nothing_to_replay"
