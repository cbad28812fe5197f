"""Ratings, urging, corrections and revocations."""

from __future__ import annotations

from typing import Any

import pytest
from case_scenario import APPLICANT, CLERK, EXAMINER, SECOND, Case

from services.cases.domain import AnnounceResult, Correct, Deliver, NotAccept, Rate, RevokeResult, Urge


def test_a_case_is_rated_once_after_its_end() -> None:
    assert Case().decided().refuses(Rate(5, APPLICANT)) == "not_in_status"
    case = Case().completed().having(Rate(5, APPLICANT))
    assert case.refuses(Rate(4, APPLICANT)) == "already_rated"
    assert not case.can("rate")


def test_whoever_was_not_accepted_may_rate_too() -> None:
    case = Case().submitted().having(NotAccept("BS-1", "理由", CLERK), Rate(1, APPLICANT, "态度差"))
    assert case.state.rated


@pytest.mark.parametrize("score", [0, 6, True, 4.5])
def test_a_score_is_one_to_five(score: Any) -> None:
    assert Case().completed().refused(Rate(score, APPLICANT)).field == "score"


@pytest.mark.parametrize(("score", "needed"), [(1, True), (2, True), (3, False)])
def test_a_bad_rating_says_why(score: int, needed: bool) -> None:
    case = Case().completed()
    if needed:
        assert case.refused(Rate(score, APPLICANT)).field == "reason"
    else:
        assert case.having(Rate(score, APPLICANT)).state.rated


def test_open_cases_are_urged_and_closed_ones_not() -> None:
    assert Case().accepted().having(Urge(APPLICANT, "请快一点"), Urge(APPLICANT)).status == "accepted"
    assert Case().completed().refuses(Urge(APPLICANT)) == "not_in_status"


def correction(**changes: Any) -> Correct:
    given = {"corrects": "e-1", "changes": {"certificate.no": "JY2"}, "reason": "录入错误"}
    return Correct(**{**given, "officer": EXAMINER, **changes})


def test_a_closed_case_is_corrected_by_two_people() -> None:
    case = Case().completed()
    assert case.refused(correction()).code == "release_required"
    assert case.refused(correction(released_by=EXAMINER)).code == "release_by_same"
    assert case.having(correction(released_by=SECOND)).status == "completed"


def test_an_open_case_is_corrected_by_one() -> None:
    assert Case().accepted().having(correction()).status == "accepted"
    assert Case().accepted().refused(correction(released_by=EXAMINER)).field == "released_by"


@pytest.mark.parametrize(("field", "value"), [("corrects", ""), ("reason", ""), ("changes", {})])
def test_a_correction_says_what_and_why(field: str, value: Any) -> None:
    assert Case().accepted().refused(correction(**{field: value})).field == field


def test_a_revoked_result_keeps_the_case_closed_and_is_not_handed_over() -> None:
    case = Case().completed().having(AnnounceResult(CLERK), RevokeResult("提供虚假材料", EXAMINER))
    assert case.status == "completed"
    assert case.refuses(Deliver("hall", CLERK)) == "result_revoked"
    assert case.refuses(RevokeResult("再次", EXAMINER)) == "result_revoked"
