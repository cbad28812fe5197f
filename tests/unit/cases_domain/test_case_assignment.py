"""Claim, transfer, recall: one officer holds a case, and everybody can see who."""

from __future__ import annotations

from case_scenario import CLERK, EXAMINER, SECOND, Case

from services.cases.domain import Claim, NotAccept, Recall, Transfer


def test_a_case_is_claimed_by_one() -> None:
    case = Case().accepted().having(Claim(EXAMINER))
    assert (case.state.assignee, case.status) == ("examiner-1", "accepted")
    assert case.refuses(Claim(SECOND)) == "claimed_by_other"
    assert case.refuses(Claim(EXAMINER)) == "already_claimed"


def test_a_transfer_says_to_whom_and_why() -> None:
    case = Case().accepted().having(Claim(EXAMINER))
    assert case.refused(Transfer("", EXAMINER, "examiner-2")).field == "reason"
    assert case.refused(Transfer("出差", EXAMINER)).field == "to"
    assert case.refuses(Transfer("出差", EXAMINER, "examiner-1")) == "already_there"
    assert case.having(Transfer("出差", EXAMINER, "examiner-2")).state.assignee == "examiner-2"


def test_another_department_handles_and_the_responsible_one_stays() -> None:
    case = Case().accepted().having(Transfer("现场在乡镇", EXAMINER, to_department_code="D2"))
    assert case.state.handling_department_code == "D2"
    assert case.state.department_code == "D1"
    assert case.facts[-1].data["case"]["department_code"] == "D1"
    assert case.state.assignee is None


def test_a_recall_brings_it_back_to_the_pool() -> None:
    case = Case().accepted()
    assert case.refuses(Recall("急办", CLERK)) == "nothing_to_recall"
    case.having(Transfer("现场在乡镇", EXAMINER, "x", "D2"))
    assert case.refused(Recall("", CLERK)).field == "reason"
    case.having(Recall("急办", CLERK))
    assert (case.state.assignee, case.state.handling_department_code) == (None, "D1")


def test_a_completed_case_may_still_be_claimed_for_its_delivery_and_an_ended_one_not() -> None:
    assert Case().completed().having(Claim(CLERK)).state.assignee == "clerk-1"
    ended = Case().submitted().having(NotAccept("BS-1", "理由", CLERK))
    assert ended.refuses(Claim(CLERK)) == "not_in_status"
