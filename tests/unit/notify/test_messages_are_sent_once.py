"""Effects happen once: a crash, a repeat or a silent provider never sends a message twice or loses it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from notify_kit import Notify

from services.notify.domain.names import message_id, message_stream
from services.notify.gateways.gateway import Outcome, Outgoing, Verdict
from services.notify.gateways.sandbox import SandboxGateway
from services.notify.messages import sending
from services.notify.messages.addressing import address_intents
from services.notify.messages.sending import ATTEMPTS, record, send_messages
from shared.eventstore.event import Metadata, NewEvent


class Crash(Exception):
    """The process ends here."""


class Wayward(SandboxGateway):
    """The sandbox, on a line that does what a test says."""

    def __init__(self, notify: Notify) -> None:
        super().__init__(notify.app.db, notify.clock)
        self.crash_after_send = False
        self.answers: list[Outcome] = []
        self.calls: list[str] = []

    def send(self, message: Outgoing, idempotency_key: str) -> Outcome:
        self.calls.append("send")
        if self.answers:
            return self.answers.pop(0)
        outcome = super().send(message, idempotency_key)
        if self.crash_after_send:
            self.crash_after_send = False
            raise Crash
        return outcome

    def status(self, idempotency_key: str) -> Outcome:
        self.calls.append("status")
        return super().status(idempotency_key)


@pytest.fixture
def gateway(notify: Notify) -> Wayward:
    made = Wayward(notify)
    notify.app.gateway = made
    return made


@pytest.fixture
def queued(notify: Notify) -> Notify:
    notify.happen(notify.event("case.submitted", receipt_no=None))
    address_intents(notify.app)
    return notify


def _states(notify: Notify) -> list[str]:
    return [row["state"] for row in notify.kept("SELECT state FROM message WHERE channel = 'sms'")]


def _types(notify: Notify) -> list[str]:
    return [event.type for event in notify.messages() if event.data["channel"] == "sms"]


def test_a_crash_between_send_and_record_does_not_send_twice(queued: Notify, gateway: Wayward) -> None:
    gateway.crash_after_send = True
    with pytest.raises(Crash):
        send_messages(queued.app)
    assert _states(queued) == ["attempting"]

    assert send_messages(queued.app) == 0, "nobody touches it while its sender may still be alive"
    queued.later(minutes=11)
    send_messages(queued.app)

    assert gateway.calls == ["send", "status"], "asked, not repeated"
    assert queued.kept("SELECT requests FROM sandbox_message") == [{"requests": 1}]
    assert _types(queued) == ["message.queued", "message.sent"]


def test_a_crash_before_the_provider_was_reached_is_made_good(queued: Notify, gateway: Wayward) -> None:
    queued.app.db.fetch("UPDATE message SET state = 'attempting' WHERE channel = 'sms' RETURNING id")
    send_messages(queued.app)
    assert gateway.calls == ["status", "send"]
    assert _states(queued) == ["sent"]


def test_an_unknown_outcome_is_asked_for(queued: Notify, gateway: Wayward) -> None:
    gateway.answers = [Outcome(Verdict.UNKNOWN, reason="ReadTimeout")]
    send_messages(queued.app)
    assert _states(queued) == ["unknown"]
    queued.later(minutes=1)
    send_messages(queued.app)
    assert gateway.calls == ["send", "status", "send"], "the provider has never heard of it, so it is sent"
    assert _states(queued) == ["sent"]


def test_a_refusal_for_good_is_a_fact_and_is_not_tried_again(queued: Notify, gateway: Wayward) -> None:
    gateway.answers = [Outcome(Verdict.FAILED, reason="blocked number")]
    send_messages(queued.app)
    queued.later(days=3)
    assert send_messages(queued.app) == 0
    [failed] = [event for event in queued.messages() if event.type == "message.failed"]
    assert failed.data["reason"] == "blocked number"


def test_a_busy_provider_is_tried_again_later_and_later_then_given_up(
    queued: Notify, gateway: Wayward
) -> None:
    gateway.answers = [Outcome(Verdict.RETRY, reason="HTTP 503")] * ATTEMPTS
    waits = []
    while _states(queued) == ["queued"]:
        send_messages(queued.app)
        due = queued.kept("SELECT next_at FROM message WHERE channel = 'sms'")[0]["next_at"]
        waits.append((due - queued.clock.now()).total_seconds())
        queued.clock.advance_to(max(due, queued.clock.now()))
    assert waits[:3] == [5, 10, 20]
    assert max(waits) == 3600
    assert len(gateway.calls) == ATTEMPTS
    assert _types(queued) == ["message.queued", "message.failed"]


def test_what_a_slow_provider_leaves_no_time_for_is_given_back(
    notify: Notify, gateway: Wayward, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify.happen(*(notify.event("case.submitted", case_no=f"C-{n}", receipt_no=None) for n in range(3)))
    address_intents(notify.app)
    monkeypatch.setattr(sending, "HELD_SECONDS", -1.0)
    send_messages(notify.app)
    assert gateway.calls == [], "no time at all was left"
    assert notify.kept("SELECT DISTINCT state, attempts FROM message WHERE channel = 'sms'") == [
        {"state": "queued", "attempts": 0}
    ]
    monkeypatch.undo()
    assert send_messages(notify.app) == 3, "nobody waits for a lease to end"
    assert _states(notify) == ["sent"] * 3


def test_the_same_event_handled_twice_is_one_intent(notify: Notify) -> None:
    event = notify.event("case.submitted", receipt_no=None)
    notify.happen(event)
    notify.happen(event)
    notify.tell()
    assert len(notify.kept("SELECT * FROM intent")) == 1
    assert len(notify.kept("SELECT * FROM sandbox_message")) == 1


def test_while_cases_does_not_answer_the_intent_waits(notify: Notify) -> None:
    notify.cases.away = True
    notify.happen(notify.event("case.submitted", receipt_no=None))
    notify.tell()
    assert notify.messages() == []
    notify.cases.away = False
    notify.tell()
    assert notify.messages() == [], "not before the backoff is over"
    notify.later(seconds=6)
    notify.tell()
    assert _types(notify) == ["message.queued", "message.sent"]


def test_nobody_to_be_reached_is_a_failed_message_for_the_operator_to_see(notify: Notify) -> None:
    notify.cases.known["C-1"] = {"applicant": {"name": "张三"}, "contact": None}
    notify.happen(notify.event("case.submitted", receipt_no=None))
    notify.tell()
    facts: list[dict[str, Any]] = [event.data for event in notify.messages()]
    assert [fact["channel"] for fact in facts] == ["none", "none"]
    assert facts[1]["reason"] == "no_address"


def test_a_late_answer_of_an_attempt_given_up_changes_nothing(queued: Notify, gateway: Wayward) -> None:
    send_messages(queued.app)
    late = queued.kept("SELECT * FROM message WHERE channel = 'sms'")[0] | {"case_no": "C-1", "attempts": 0}
    record(queued.app, [(late, Outcome(Verdict.FAILED, reason="late"))])
    assert _types(queued) == ["message.queued", "message.sent"]


def test_many_are_asked_for_at_once_and_told_in_one_transaction(notify: Notify) -> None:
    notify.happen(*(notify.event("case.submitted", case_no=f"C-{n}", receipt_no=None) for n in range(9)))
    address_intents(notify.app)
    send_messages(notify.app)
    assert notify.cases.questions == 2, "once to address them, once to send them"
    told = notify.kept("SELECT count(DISTINCT txid)::int AS written, count(*)::int AS events FROM events")
    assert told == [{"written": 2, "events": 9 * 4}]


def test_one_that_can_not_be_announced_holds_up_no_other(notify: Notify) -> None:
    notify.happen(*(notify.event("case.submitted", case_no=f"C-{n}", receipt_no=None) for n in range(3)))
    [first, *_] = notify.kept("SELECT id FROM intent ORDER BY case_no")
    with notify.app.store.unit_of_work() as unit:  # somebody wrote to its message's stream
        message = message_id(UUID(first["id"]), "sms")
        read = {"message_id": str(message), "case_no": "C-0"}
        event = NewEvent("message.read", read, notify.clock.now())
        unit.append(message_stream(message), 0, [event], Metadata())
    address_intents(notify.app)
    states = notify.kept("SELECT case_no, state FROM intent ORDER BY case_no")
    assert [row["state"] for row in states] == ["new", "addressed", "addressed"]
