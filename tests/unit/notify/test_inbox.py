"""NOT-17: my messages."""

from __future__ import annotations

import pytest
from notify_kit import CITIZEN, Notify

from shared.problems import Problem
from shared.security.actor import Actor


@pytest.fixture
def told(notify: Notify) -> Notify:
    for number in range(3):
        notify.happen(notify.event("case.submitted", case_no=f"C-{number}", receipt_no=None))
        notify.tell()
        notify.later(minutes=1)
    return notify


def test_newest_first_and_page_by_page(told: Notify) -> None:
    first = told.call("inbox", actor=CITIZEN, params={"limit": "2"})
    assert [item["case_no"] for item in first["items"]] == ["C-2", "C-1"]
    rest = told.call("inbox", actor=CITIZEN, params={"limit": "2", "after": first["next"]})
    assert [item["case_no"] for item in rest["items"]] == ["C-0"]
    assert rest["next"] is None


def test_reading_is_a_fact_and_happens_once(told: Notify) -> None:
    message = told.call("inbox", actor=CITIZEN)["items"][0]["id"]
    told.call("mark_read", actor=CITIZEN, params={"id": message})
    told.call("mark_read", actor=CITIZEN, params={"id": message})
    after = told.call("inbox", actor=CITIZEN)
    assert after["items"][0]["read_at"] is not None and after["unread"] == 2
    assert [event.type for event in told.messages()].count("message.read") == 1
    assert len(told.call("inbox", actor=CITIZEN, params={"unread": "true"})["items"]) == 2


def test_somebody_elses_message_is_not_found(told: Notify) -> None:
    message = told.call("inbox", actor=CITIZEN)["items"][0]["id"]
    stranger = Actor(id="person-2", roles=frozenset({"citizen"}))
    assert told.call("inbox", actor=stranger)["items"] == []
    with pytest.raises(Problem) as problem:
        told.call("mark_read", actor=stranger, params={"id": message})
    assert problem.value.status == 404


def test_an_agent_reads_what_the_enterprise_is_told(told: Notify) -> None:
    told.cases.known["E-1"] = {"applicant": {"subject_id": "enterprise-9", "name": "某某公司"}}
    told.happen(told.event("case.submitted", case_no="E-1", receipt_no=None))
    told.tell()
    agent = Actor(id="agent-1", roles=frozenset({"enterprise_agent"}), enterprise_id="enterprise-9")
    assert [item["case_no"] for item in told.call("inbox", actor=agent)["items"]] == ["E-1"]


def test_the_reader_chooses_the_language(told: Notify) -> None:
    [message, *_] = told.call("inbox", actor=CITIZEN, language="en")["items"]
    assert message["title"] == "Application submitted"


def test_a_cursor_that_is_none_is_refused(told: Notify) -> None:
    with pytest.raises(Problem) as problem:
        told.call("inbox", actor=CITIZEN, params={"after": "nonsense"})
    assert problem.value.status == 422
