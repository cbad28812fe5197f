"""CASE-13: pre-review online, then the originals, then acceptance; at most two visits."""

from __future__ import annotations

import pytest
from case_scenario import APPLICANT, CLERK, PERMIT, Case, papers

from services.cases.domain import Accept, NotAccept, PreReview, Supplement, VerifyOriginals

ACCEPT = Accept("SL-1", CLERK)
PASSED = PreReview("passed", CLERK)
ORIGINALS = VerifyOriginals("passed", "hall", CLERK)


@pytest.fixture
def case() -> Case:
    return Case(application_form="original_pre_review").submitted()


def test_acceptance_waits_for_the_pre_review(case: Case) -> None:
    refusal = case.refused(ACCEPT)
    assert (refusal.code, refusal.basis) == ("pre_review_missing", "CASE-13")
    assert not case.can("accept")


def test_acceptance_waits_for_the_originals(case: Case) -> None:
    case.having(PASSED)
    assert case.status == "pre_review_passed"
    assert case.refuses(ACCEPT) == "originals_not_verified"


def test_pre_review_passed_and_originals_verified_lead_to_acceptance(case: Case) -> None:
    case.having(PASSED, ORIGINALS, ACCEPT)
    assert case.status == "accepted"
    assert case.facts[2].data["stage"] == "acceptance"


def test_originals_by_courier_count_as_well(case: Case) -> None:
    assert case.having(PASSED, VerifyOriginals("passed", "courier", CLERK), ACCEPT).status == "accepted"


def test_originals_are_not_looked_at_before_the_pre_review(case: Case) -> None:
    assert case.refuses(ORIGINALS) == "pre_review_missing"


def test_failed_originals_keep_the_case_from_acceptance_until_they_pass(case: Case) -> None:
    case.having(PASSED, VerifyOriginals("failed", "hall", CLERK))
    assert case.refuses(ACCEPT) == "originals_failed"
    assert case.having(ORIGINALS, ACCEPT).status == "accepted"


def test_a_failed_pre_review_says_why_and_may_be_tried_again(case: Case) -> None:
    assert case.refused(PreReview("failed", CLERK)).field == "reason"
    case.having(PreReview("failed", CLERK, "场所不符"))
    assert case.status == "pre_review_failed"
    assert case.refuses(ACCEPT) == "not_in_status"
    assert case.having(PASSED).status == "pre_review_passed"


def test_after_a_failed_pre_review_the_applicant_may_supplement_online(case: Case) -> None:
    case.having(PreReview("failed", CLERK, "场所不符"), Supplement(papers("M1"), APPLICANT))
    assert case.status == "supplemented"
    assert case.refuses(ACCEPT) == "pre_review_missing"
    assert case.having(PASSED, ORIGINALS, ACCEPT).status == "accepted"


def test_after_a_failed_pre_review_the_case_may_end_as_not_accepted(case: Case) -> None:
    case.having(PreReview("failed", CLERK, "场所不符"), NotAccept("BS-1", "不具备条件", CLERK))
    assert case.status == "not_accepted"


def test_the_stage_of_a_check_follows_from_the_status(case: Case) -> None:
    case.having(PASSED)
    assert case.refused(VerifyOriginals("passed", "hall", CLERK, stage="delivery")).field == "stage"


def test_at_the_window_the_originals_are_there_and_nothing_is_reviewed_first() -> None:
    case = Case(PERMIT, application_form="window", source="window").submitted()
    assert case.having(ACCEPT).status == "accepted"
