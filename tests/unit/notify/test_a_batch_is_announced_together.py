"""A batch of intents is one append, and one that fails holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from notify_kit import CITIZEN, Notify
from psycopg2.extensions import set_wait_callback
from psycopg2.extras import wait_select

from services.notify.domain.names import message_id, message_stream
from services.notify.messages.addressing import LEASE, address_intents
from services.notify.messages.sending import send_messages
from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Metadata, NewEvent


@pytest.fixture
def sent(notify: Notify) -> Iterator[list[int]]:
    """An entry for each way to the database and back."""
    ways: list[int] = []

    def counted(connection: Any) -> None:
        ways.append(1)
        wait_select(connection)

    set_wait_callback(counted)
    yield ways
    set_wait_callback(None)


def _submitted(notify: Notify, *case_nos: str) -> None:
    notify.happen(*(notify.event("case.submitted", case_no=no, receipt_no=None) for no in case_nos))


def _cost(notify: Notify, sent: list[int], timer: Any, cases: int) -> int:
    begun = len(notify.kept("SELECT 1 FROM intent"))
    _submitted(notify, *(f"C-{begun + number}" for number in range(cases)))
    if timer is send_messages:
        address_intents(notify.app)
    sent.clear()
    assert timer(notify.app) == cases
    return len(sent)


def test_a_batch_of_twenty_is_addressed_in_the_ways_of_a_batch_of_two(
    notify: Notify, sent: list[int]
) -> None:
    _cost(notify, sent, address_intents, 2)
    few = _cost(notify, sent, address_intents, 2)
    assert _cost(notify, sent, address_intents, 20) == few
    assert len(notify.messages()) == 3 * 24


def test_what_became_of_a_batch_is_recorded_in_one_statement(notify: Notify, sent: list[int]) -> None:
    _cost(notify, sent, send_messages, 2)
    few, many = (_cost(notify, sent, send_messages, cases) for cases in (2, 20))
    assert many - few == 18, "the sandbox takes one message at a time"
    assert [event.type for event in notify.messages() if event.data["channel"] == "sms"].count(
        "message.sent"
    ) == 24


def test_an_intent_whose_message_is_there_already_holds_up_no_other(notify: Notify) -> None:
    _submitted(notify, "C-1", "C-2", "C-3")
    [middle] = notify.kept("SELECT id FROM intent WHERE case_no = 'C-2'")
    foreign = message_stream(message_id(UUID(middle["id"]), "inbox"))
    with notify.app.store.unit_of_work() as unit:
        failed = {"message_id": str(foreign), "case_no": "C-2", "channel": "inbox", "attempts": 1}
        fact = NewEvent("message.failed", {**failed, "reason": "planted"}, notify.clock.now())
        unit.append(foreign, 0, [fact], Metadata())
    assert address_intents(notify.app) == 3
    states = notify.kept("SELECT case_no, state FROM intent ORDER BY case_no")
    assert [(row["case_no"], row["state"]) for row in states] == [
        ("C-1", "addressed"), ("C-2", "new"), ("C-3", "addressed"),
    ]  # fmt: skip
    told = {event.data["case_no"] for event in notify.messages() if event.type == "message.queued"}
    assert told == {"C-1", "C-3"}
    assert len(notify.kept("SELECT 1 FROM message")) == 4
    notify.later(seconds=LEASE.total_seconds() + 1)
    with pytest.raises(StaleVersion):
        address_intents(notify.app)  # its lease brought it again, alone


def test_people_of_one_batch_are_sealed_each_under_a_key_of_their_own(notify: Notify) -> None:
    people = {"person-0", "person-1", "case:C-2", CITIZEN.id}
    for number in range(3):
        account = f"person-{number}" if number < 2 else None
        person = {"subject_id": account, "name": "张三丰", "phone": "13812345678", "email": None}
        notify.cases.known[f"C-{number}"] = {"applicant": person, "contact": None}
    notify.cases.known["C-3"] = {"applicant": None, "contact": None}
    _submitted(notify, "C-0", "C-1", "C-2", "C-3", "C-4")
    assert address_intents(notify.app) == 5
    queued = [event for event in notify.messages() if event.type == "message.queued"]
    noted = {
        row["stream"]: (row["subject"], row["key"])
        for row in notify.kept(
            "SELECT stream::text, subject, key FROM vault.subject_streams"
            " JOIN vault.subject_keys USING (subject)"
        )
    }
    for event in queued:
        if event.data["case_no"] == "C-3":
            assert event.boxes is None
            continue
        subject, key = noted[str(event.stream)]
        assert subject == (event.data["account"] or f"case:{event.data['case_no']}")
        assert [box["key"] for box in event.boxes or ()] == [key]
    assert {row["subject"] for row in notify.kept("SELECT subject FROM vault.subject_keys")} == people
