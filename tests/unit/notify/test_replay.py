"""A replay moves the cursor back; live events wait behind it."""

from __future__ import annotations

from typing import Any

import pytest
from notify_kit import OPERATOR, Notify, QueueStandIn, department, subscribe

from services.notify.delivery.queues import deliver_queues
from shared.problems import Problem
from shared.security.actor import Actor

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


def test_a_dry_run_counts_by_type(notify: Notify, delivered: dict[str, Any]) -> None:
    answer = _replay(notify, delivered, **{"from": "2025-10-17T09:02:00+08:00", "dry_run": True})
    assert answer["types"] == {"case.accepted": 3, "case.submitted": 1}
    assert (answer["events"], answer["state"]) == (4, "planned")


def test_what_is_sent_again_says_so_and_what_is_live_does_not(
    notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]
) -> None:
    _replay(notify, delivered, **{"from": "2025-10-17T09:05:00+08:00"})
    notify.happen(notify.event("case.completed", case_no="A"))
    _deliver(notify)
    assert [event.get("replayed") for event in broker.queues[QUEUE]] == [True, None]
    broker.queues.clear()
    _replay(notify, delivered, case="A")
    notify.happen(notify.event("case.urged", case_no="A"), notify.event("case.urged", case_no="B"))
    _deliver(notify)
    told = [(event["subject"], event.get("replayed")) for event in broker.queues[QUEUE]]
    assert [marked for case, marked in told if case == "A"] == [True, True, True, None]
    assert [marked for case, marked in told if case == "B"] == [None]


def test_a_held_case_that_is_replayed_marks_only_what_it_had(
    notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]
) -> None:
    """B waits in a lane of its own since an event of it was refused; that one was never sent."""
    notify.happen(notify.event("case.completed", case_no="B"))
    with notify.app.db.transaction() as db:
        db.execute("SELECT max(seq) FROM ledger")
        (last,) = db.fetchone()
        db.execute(
            "INSERT INTO lane (subscription, case_no, seq, next_at) VALUES (%s, 'B', %s, %s)",
            (delivered["id"], last - 1, notify.clock.now()),
        )
        db.execute("UPDATE lane SET seq = %s WHERE case_no = ''", (last,))
    _replay(notify, delivered, case="B")
    _deliver(notify)
    assert [(e["type"], e.get("replayed")) for e in broker.queues[QUEUE]] == [
        ("case.submitted", True),
        ("case.accepted", True),
        ("case.completed", None),
    ]


def test_nothing_else_happens_again(notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]) -> None:
    """No message to a person: the intents of the first time are all there are."""
    notify.tell()
    before = (notify.kept("SELECT id FROM intent ORDER BY id"), notify.kept("SELECT * FROM sandbox_message"))
    assert before[1]
    _replay(notify, delivered, **{"from": "2025-10-17"})
    _deliver(notify)
    notify.tell()
    after = (notify.kept("SELECT id FROM intent ORDER BY id"), notify.kept("SELECT * FROM sandbox_message"))
    assert len(_told(broker)) == 6 and after == before


class TestAnOperatorsReplayTakesTwo:
    SECOND = Actor(id="operator-2", roles=frozenset({"operator"}))

    def _as(self, notify: Notify, who: Actor, made: dict[str, Any], **body: Any) -> Any:
        return notify.call("replay", actor=who, params={"id": made["id"]}, body=body)

    def test_one_proposes_and_another_releases(
        self, notify: Notify, broker: QueueStandIn, delivered: dict[str, Any]
    ) -> None:
        assert self._as(notify, OPERATOR, delivered, case="A")["state"] == "proposed"
        _deliver(notify)
        assert _told(broker) == []
        released = self._as(notify, self.SECOND, delivered, release=True)
        _deliver(notify)
        assert (released["state"], released["case"]) == ("started", "A")
        assert _told(broker) == ["A.submitted", "A.accepted"]
        [row] = notify.kept("SELECT data, metadata FROM events WHERE type = 'subscription.replayed'")
        assert (row["data"]["proposed_by"], row["metadata"]["actor"]) == (OPERATOR.id, self.SECOND.id)

    def test_nobody_releases_their_own(self, notify: Notify, delivered: dict[str, Any]) -> None:
        self._as(notify, OPERATOR, delivered, case="A")
        with pytest.raises(Problem) as problem:
            self._as(notify, OPERATOR, delivered, release=True)
        assert problem.value.code == "second_person_needed"

    def test_what_was_not_proposed_or_is_done_can_not_be_released(
        self, notify: Notify, delivered: dict[str, Any]
    ) -> None:
        for _ in range(2):
            with pytest.raises(Problem) as problem:
                self._as(notify, self.SECOND, delivered, release=True)
            assert problem.value.code == "nothing_proposed"
            self._as(notify, OPERATOR, delivered, case="A")
            self._as(notify, self.SECOND, delivered, release=True)

    def test_the_second_looks_at_what_waits_before_releasing_it(
        self, notify: Notify, delivered: dict[str, Any]
    ) -> None:
        self._as(notify, OPERATOR, delivered, case="A")
        for who in (OPERATOR, self.SECOND):
            seen = self._as(notify, who, delivered, release=True, dry_run=True)
            assert (seen["case"], seen["events"], seen["state"]) == ("A", 2, "planned")
        self._as(notify, self.SECOND, delivered, release=True)
        with pytest.raises(Problem) as problem:
            self._as(notify, OPERATOR, delivered, release=True, dry_run=True)
        assert problem.value.code == "nothing_proposed"

    def test_a_dry_run_needs_nobody(self, notify: Notify, delivered: dict[str, Any]) -> None:
        assert self._as(notify, OPERATOR, delivered, case="A", dry_run=True)["state"] == "planned"

    def test_a_department_does_it_alone(self, notify: Notify, delivered: dict[str, Any]) -> None:
        assert _replay(notify, delivered, case="A")["state"] == "started"
