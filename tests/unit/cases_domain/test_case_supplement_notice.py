"""Article 32(4): told once, all of it, before acceptance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from case_scenario import APPLICANT, CLERK, MONDAY, PERMIT, Case, papers

from services.cases.domain import Accept, NotAccept, PreReview, RequestSupplement, Supplement

DUE = MONDAY + timedelta(days=15)


def notice(**changes: object) -> RequestSupplement:
    given = {"notice_no": "BZ-1", "reason": "材料不齐", "materials": [{"code": "M1", "reason": "缺页"}]}
    return RequestSupplement(**{**given, "due_at": DUE, "officer": CLERK, **changes})  # type: ignore[arg-type]


def test_the_notice_names_the_material_and_the_case_waits() -> None:
    case = Case().submitted().having(notice())
    assert case.status == "supplement_required"
    assert case.facts[-1].data["materials"] == [{"code": "M1", "name": "申请书", "reason": "缺页"}]
    assert case.facts[-1].data["before_acceptance"] is True
    assert case.state.supplement_due_at == DUE


def test_a_notice_that_names_nothing_is_no_notice() -> None:
    refusal = Case().submitted().refused(notice(materials=[]))
    assert (refusal.code, refusal.field) == ("materials_required", "materials")


def test_nothing_outside_the_guide_is_demanded() -> None:
    assert Case().submitted().refuses(notice(materials=[{"code": "M88"}])) == "unknown_material"


def test_the_applicant_gets_time() -> None:
    assert Case().submitted().refused(notice(due_at=MONDAY)).field == "due_at"


def test_there_is_no_second_notice_before_acceptance() -> None:
    case = Case().submitted().having(notice(), Supplement(papers("M1"), APPLICANT))
    assert case.status == "supplemented"
    refusal = case.refused(notice())
    assert refusal.code == "second_supplement_notice"
    assert "第三十二条" in str(refusal.basis)
    assert not case.can("request-supplement")


def test_a_round_of_pre_review_is_not_the_one_off_notice() -> None:
    case = Case(application_form="original_pre_review").submitted()
    case.having(PreReview("supplement", CLERK, "缺页"), Supplement(papers("M1"), APPLICANT))
    case.having(PreReview("supplement", CLERK, "仍缺页"), Supplement(papers("M1"), APPLICANT))
    assert case.can("request-supplement")
    assert case.having(notice()).status == "supplement_required"


def test_after_the_supplement_the_case_is_accepted_or_not() -> None:
    case = Case().submitted().having(notice(), Supplement(papers("M1"), APPLICANT))
    assert case.having(Accept("SL-1", CLERK)).status == "accepted"
    other = Case().submitted().having(notice(), Supplement(papers("M1"), APPLICANT))
    assert other.having(NotAccept("BS-1", "补正后仍不符合", CLERK)).status == "not_accepted"


@pytest.mark.parametrize(("incomplete", "end"), [("return", "returned"), ("not_accepted", "not_accepted")])
def test_items_that_return_or_decline_have_no_notice(incomplete: str, end: str) -> None:
    case = Case({**PERMIT, "incomplete": incomplete}).submitted()
    assert case.refuses(notice()) == "no_supplement_notice"
    assert not case.can("request-supplement")
    assert case.having(NotAccept("BS-1", "缺少营业执照", CLERK)).status == end


def test_after_acceptance_a_request_keeps_the_status_and_may_come_again() -> None:
    case = Case().accepted().having(notice())
    assert case.status == "accepted"
    assert case.facts[-1].data["before_acceptance"] is False
    assert case.refuses(notice()) == "supplement_pending"
    case.having(Supplement(papers("M1"), APPLICANT), notice())
    assert case.status == "accepted"


def test_in_process_it_stays_in_process() -> None:
    case = Case().in_process().having(notice())
    assert case.status == "in_process"
    assert case.having(Supplement(papers("M1"), APPLICANT)).status == "in_process"


def test_nobody_supplements_unasked_after_acceptance() -> None:
    assert Case().accepted().refuses(Supplement(papers("M1"), APPLICANT)) == "nothing_to_supplement"
