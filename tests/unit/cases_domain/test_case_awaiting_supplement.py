"""While a supplement is awaited before acceptance, only four things end the waiting."""

from __future__ import annotations

from datetime import timedelta

import pytest
from case_scenario import APPLICANT, CLERK, MONDAY, Case, papers

from services.cases.domain import (
    Accept,
    Command,
    Complete,
    DeemAccepted,
    Lapse,
    NotAccept,
    PreReview,
    RequestSupplement,
    Supplement,
    Void,
    Withdraw,
)

DUE = MONDAY + timedelta(days=15)
NOTICE = RequestSupplement("BZ-1", "材料不齐", [{"code": "M1"}], DUE, CLERK)


@pytest.fixture
def case() -> Case:
    return Case().submitted().having(NOTICE)


@pytest.mark.parametrize(
    "command",
    [
        Accept("SL-1", CLERK),
        NotAccept("BS-1", "理由", CLERK),
        PreReview("passed", CLERK),
        Complete(CLERK, None, "SL-1", "JD-1"),
        DeemAccepted("SL-1"),
        NOTICE,
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_else_goes_on(case: Case, command: Command) -> None:
    assert case.refuses(command) == "not_in_status"


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (Supplement(papers("M1"), APPLICANT), "supplemented"),
        (Withdraw("不办了", APPLICANT), "withdrawn"),
        (Void("重复申请", "void", CLERK), "voided"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_supplement_withdrawal_and_voiding_end_it(case: Case, command: Command, status: str) -> None:
    assert case.having(command).status == status


def test_it_lapses_after_the_deadline_and_not_before(case: Case) -> None:
    assert case.at(DUE).refuses(Lapse()) == "too_early"
    case.wait(seconds=1).having(Lapse())
    assert (case.status, case.state.outcome) == ("lapsed", "supplement_lapsed")


def test_a_pre_review_round_without_a_deadline_does_not_lapse() -> None:
    case = Case(application_form="original_pre_review").submitted()
    case.having(PreReview("supplement", CLERK, "缺页")).wait(days=100)
    assert case.refuses(Lapse()) == "no_deadline"


def test_nothing_lapses_that_waits_for_nothing() -> None:
    assert Case().submitted().wait(days=100).refuses(Lapse()) == "not_in_status"
