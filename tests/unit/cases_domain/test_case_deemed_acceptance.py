"""Silence counts as acceptance when the fifth working day ends, as of the day of receipt."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from case_scenario import APPLICANT, CALENDAR, CLERK, MONDAY, PERMIT, SERVICE, Case, papers

from services.cases.domain import (
    DeemAccepted,
    PreReview,
    RequestSupplement,
    Supplement,
    VerifyOriginals,
    deemed_due_at,
)

DEEM = DeemAccepted("SL-1")
END_OF_NEXT_MONDAY = CALENDAR.end_of(date(2026, 3, 9))


def due(case: Case) -> datetime | None:
    return deemed_due_at(case.state, CALENDAR)


def test_five_working_days_after_receipt_without_an_answer() -> None:
    case = Case().submitted()
    assert due(case) == END_OF_NEXT_MONDAY
    case.at(END_OF_NEXT_MONDAY - timedelta(seconds=1))
    assert case.refuses(DEEM) == "too_early"
    case.at(END_OF_NEXT_MONDAY).having(DEEM)
    assert case.status == "accepted"
    assert case.state.deemed
    assert case.state.accepted_at == MONDAY
    assert case.facts[-1].data["officer"] is None


def test_holidays_do_not_count() -> None:
    case = Case().at(datetime(2026, 9, 29, 2, tzinfo=UTC)).submitted()
    assert due(case) == CALENDAR.end_of(date(2026, 10, 14))


def test_a_pre_review_answer_stops_the_period() -> None:
    case = Case(application_form="original_pre_review").submitted().having(PreReview("passed", CLERK))
    assert due(case) is None
    assert case.wait(days=30).refuses(DEEM) == "no_deemed_acceptance"


def test_originals_that_arrive_start_five_new_days() -> None:
    case = Case(application_form="original_pre_review").submitted().having(PreReview("passed", CLERK))
    case.wait(days=2).having(VerifyOriginals("passed", "hall", CLERK))
    assert due(case) == CALENDAR.end_of(date(2026, 3, 11))
    arrived = case.now
    assert case.wait(days=10).having(DEEM).state.accepted_at == arrived


def test_originals_that_failed_were_answered_at_the_counter() -> None:
    case = Case(application_form="original_pre_review").submitted().having(PreReview("passed", CLERK))
    assert due(case.having(VerifyOriginals("failed", "hall", CLERK))) is None


def test_a_supplement_notice_stops_it_and_the_supplement_starts_it_again() -> None:
    case = Case().submitted()
    case.having(RequestSupplement("BZ-1", "缺页", [{"code": "M1"}], MONDAY + timedelta(days=20), CLERK))
    assert due(case) is None
    case.wait(days=7).having(Supplement(papers("M1"), APPLICANT))
    assert due(case) == CALENDAR.end_of(date(2026, 3, 16))


def test_without_pre_review_silence_still_accepts() -> None:
    case = Case(application_form="original_pre_review").submitted()
    assert case.at(END_OF_NEXT_MONDAY).having(DEEM).status == "accepted"


def test_where_the_law_wants_the_answer_at_once_the_working_day_of_receipt_is_the_end() -> None:
    at_once = {**PERMIT, "deemed": "at_once", "incomplete": "not_accepted"}
    assert due(Case(at_once).submitted()) == CALENDAR.end_of(date(2026, 3, 2))
    night = Case(at_once).at(datetime(2026, 3, 2, 14, tzinfo=UTC)).submitted()
    assert due(night) == CALENDAR.end_of(date(2026, 3, 3))
    sunday = Case(at_once).at(datetime(2026, 3, 8, 2, tzinfo=UTC)).submitted()
    assert due(sunday) == CALENDAR.end_of(date(2026, 3, 9))


def test_items_without_the_rule_are_never_deemed_accepted() -> None:
    case = Case(SERVICE).submitted()
    assert due(case) is None
    assert case.wait(days=60).refuses(DEEM) == "no_deemed_acceptance"


@pytest.mark.parametrize(("item_type", "expected"), [("01", True), ("20", False)])
def test_an_item_that_says_nothing_follows_the_licensing_law_if_it_is_a_permit(
    item_type: str, expected: bool
) -> None:
    item = {key: value for key, value in PERMIT.items() if key != "deemed"} | {"item_type": item_type}
    assert (due(Case(item).submitted()) is not None) is expected


def test_after_acceptance_no_period_runs() -> None:
    assert due(Case().accepted()) is None
