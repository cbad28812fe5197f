"""A decision has a number, its reasons, and everything before it done; completion follows it."""

from __future__ import annotations

import pytest
from case_scenario import CLERK, EXAMINER, Case, step

from services.cases.domain import Complete, Decide


def test_it_waits_for_the_steps_before_it() -> None:
    case = Case().in_process()
    refusal = case.refused(Decide("granted", "JD-1", EXAMINER))
    assert refusal.code == "steps_missing"
    assert "审核" in refusal.detail
    assert not case.can("decide")
    assert case.having(step("审核")).can("decide")


def test_the_approval_step_may_be_recorded_and_need_not() -> None:
    assert Case().examined().having(Decide("granted", "JD-1", EXAMINER)).status == "decided"
    recorded = Case().examined().having(step("审批决定"), step("制证"), Decide("granted", "JD-1", EXAMINER))
    assert recorded.status == "decided"


def test_a_number_is_part_of_it() -> None:
    assert Case().examined().refused(Decide("granted", "", EXAMINER)).field == "decision_no"


@pytest.mark.parametrize("outcome", ["refused", "partly_granted"])
def test_what_is_refused_is_reasoned_and_says_what_may_be_done_about_it(outcome: str) -> None:
    refusal = Case().examined().refused(Decide(outcome, "JD-1", EXAMINER))
    assert (refusal.code, refusal.field, refusal.basis) == (
        "reason_required",
        "reason",
        "行政许可法 第三十八条",
    )
    data = Case().decided(outcome, reason="不符合布局要求").facts[-1].data
    assert "六十日" in data["remedy"]
    assert "六个月" in data["remedy"]


def test_the_remedy_may_be_worded_otherwise() -> None:
    data = Case().decided("refused", reason="不符合", remedy="可申请复议").facts[-1].data
    assert data["remedy"] == "可申请复议"


def test_a_grant_needs_no_remedy() -> None:
    assert "remedy" not in Case().decided().facts[-1].data


def test_a_forwarded_case_says_to_whom() -> None:
    assert Case().examined().refused(Decide("forwarded", "JD-1", EXAMINER)).field == "forwarded_to"
    case = Case().completed("forwarded", forwarded_to={"department": "省司法厅"})
    assert (case.status, case.state.outcome) == ("completed", "forwarded")


def test_an_unknown_outcome_is_refused() -> None:
    assert Case().examined().refused(Decide("perhaps", "JD-1", EXAMINER)).field == "outcome"


def test_completion_follows_the_decision_and_repeats_its_outcome() -> None:
    assert Case().examined().refuses(Complete(CLERK)) == "not_in_status"
    case = Case().decided().having(Complete(CLERK, {"no": "JY1", "name": "许可证", "validity": "5年"}))
    assert (case.status, case.facts[-1].data["result_code"]) == ("completed", "granted")
    assert case.refuses(Complete(CLERK)) == "not_in_status"


def test_a_refusal_has_no_certificate() -> None:
    case = Case().decided("refused", reason="不符合")
    assert case.refused(Complete(CLERK, {"no": "JY1"})).field == "certificate"


def test_nobody_decides_twice() -> None:
    assert Case().decided().refuses(Decide("refused", "JD-2", EXAMINER, "改主意")) == "not_in_status"
