"""CASE-14: accepted on trust, the originals are checked when the result is collected; one visit."""

from __future__ import annotations

import pytest
from case_scenario import CLERK, Case

from services.cases.domain import Accept, AnnounceResult, Deliver, Dispatch, VerifyOriginals

DELIVER = Deliver("hall", CLERK)


@pytest.fixture
def case() -> Case:
    return Case(application_form="original_verification")


def test_the_case_is_accepted_without_originals(case: Case) -> None:
    assert case.submitted().having(Accept("SL-1", CLERK)).status == "accepted"


def test_the_result_waits_for_the_originals(case: Case) -> None:
    case.completed().having(AnnounceResult(CLERK))
    refusal = case.refused(DELIVER)
    assert (refusal.code, refusal.basis) == ("originals_not_verified", "CASE-14")
    assert not case.can("deliver")


def test_a_failed_check_withholds_the_result(case: Case) -> None:
    case.completed().having(AnnounceResult(CLERK), VerifyOriginals("failed", "hall", CLERK))
    assert case.refuses(DELIVER) == "originals_failed"
    assert case.refuses(Dispatch("SF1", CLERK)) == "originals_failed"


def test_checked_originals_release_the_result(case: Case) -> None:
    case.completed().having(AnnounceResult(CLERK), VerifyOriginals("passed", "hall", CLERK), DELIVER)
    assert case.status == "delivered"
    assert [fact.data["stage"] for fact in case.facts if fact.type == "case.originals_verified"] == [
        "delivery"
    ]


def test_full_online_needs_no_originals_at_all() -> None:
    case = Case().completed().having(AnnounceResult(CLERK), Deliver("electronic", CLERK))
    assert case.status == "delivered"
