"""To a department's queue: at least once, in order per case, from its own place."""

from __future__ import annotations

import pytest
from notify_kit import Notify, QueueStandIn, department, subscribe

from services.notify.delivery.queues import BATCH, deliver_queues

QUEUE = "department.bureau"


def _deliver(notify: Notify) -> None:
    notify.project()
    while deliver_queues(notify.app):
        pass


def _status(notify: Notify, made: dict[str, str]) -> dict[str, object]:
    found: dict[str, object] = notify.call("deliveries", actor=department(), params={"id": made["id"]})
    return found


def test_what_happens_after_subscribing_arrives_in_order(notify: Notify, broker: QueueStandIn) -> None:
    notify.happen(notify.event("case.submitted", case_no="before"))
    subscribe(notify)
    events = [notify.event("case.submitted", case_no=f"C-{n}") for n in range(BATCH + 7)]
    notify.happen(*events)
    _deliver(notify)
    assert broker.ids(QUEUE) == [str(event.id) for event in events]
    _deliver(notify)
    assert len(broker.ids(QUEUE)) == len(events), "and once, while nothing goes wrong"


def test_from_the_beginning_if_asked(notify: Notify, broker: QueueStandIn) -> None:
    first = notify.event("case.submitted")
    notify.happen(first)
    subscribe(notify, start="beginning")
    _deliver(notify)
    assert broker.ids(QUEUE) == [str(first.id)]


def test_only_what_the_filters_and_the_department_let_through(notify: Notify, broker: QueueStandIn) -> None:
    made = subscribe(notify, filters={"types": ["case.accepted"]})
    wanted = notify.event("case.accepted")
    other = notify.event("case.accepted", case_no="C-9", case={"department_code": "other"})
    notify.happen(notify.event("case.submitted"), wanted, other)
    _deliver(notify)
    assert broker.ids(QUEUE) == [str(wanted.id)]
    assert _status(notify, made)["pending"] == 0


def test_a_crash_before_the_place_was_saved_sends_the_batch_again(
    notify: Notify, broker: QueueStandIn
) -> None:
    made = subscribe(notify)
    events = [notify.event("case.submitted"), notify.event("case.accepted")]
    notify.happen(*events)
    ids = [str(event.id) for event in events]

    def crash() -> None:
        broker.before_confirm = lambda: None
        raise KeyboardInterrupt

    broker.before_confirm = crash
    with pytest.raises(KeyboardInterrupt):
        _deliver(notify)
    _deliver(notify)
    assert broker.ids(QUEUE) == ids + ids, "the same ids in the same order: a receiver can tell"
    assert _status(notify, made)["delivered"] == 2


def test_while_the_broker_is_away_nothing_is_lost_and_the_ledger_says_so(
    notify: Notify, broker: QueueStandIn
) -> None:
    made = subscribe(notify)
    notify.happen(notify.event("case.submitted"))

    def away() -> None:
        raise ConnectionRefusedError("no broker")

    broker.before_confirm = away
    _deliver(notify)
    status = _status(notify, made)
    assert status["pending"] == 1 and status["failures"] == 1
    assert "ConnectionRefusedError" in str(status["last_error"])

    broker.before_confirm = lambda: None
    _deliver(notify)
    assert _status(notify, made)["pending"] == 1, "not before its time"
    notify.later(seconds=6)
    _deliver(notify)
    status = _status(notify, made)
    assert (status["pending"], status["failures"], status["delivered"]) == (0, 0, 1)
    assert [attempt["outcome"] for attempt in status["attempts"]] == ["delivered", "away"]  # type: ignore[attr-defined]


def test_paused_waits_and_keeps_its_place(notify: Notify, broker: QueueStandIn) -> None:
    made = subscribe(notify)
    change = {"actor": department(), "params": {"id": made["id"]}}
    notify.call("change_subscription", **change, body={"paused": True})
    notify.happen(notify.event("case.submitted"))
    _deliver(notify)
    assert broker.ids(QUEUE) == []
    notify.call("change_subscription", **change, body={"paused": False})
    _deliver(notify)
    assert len(broker.ids(QUEUE)) == 1


def test_an_ended_one_gets_nothing_more(notify: Notify, broker: QueueStandIn) -> None:
    made = subscribe(notify)
    notify.call("end_subscription", actor=department(), params={"id": made["id"]})
    notify.happen(notify.event("case.submitted"))
    _deliver(notify)
    assert broker.ids(QUEUE) == []


def test_two_replicas_at_once_do_not_send_in_turns(notify: Notify, broker: QueueStandIn) -> None:
    """While one publishes, the other finds the subscription taken, and leaves it alone."""
    subscribe(notify)
    notify.happen(notify.event("case.submitted"))
    notify.project()
    tried: list[int] = []
    broker.before_confirm = lambda: tried.append(deliver_queues(notify.app)) if not tried else None
    assert deliver_queues(notify.app) == 1
    assert tried == [0] and len(broker.ids(QUEUE)) == 1
