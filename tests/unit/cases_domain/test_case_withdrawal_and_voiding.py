"""An applicant may withdraw until the decision, or until what a special law names."""

from __future__ import annotations

import pytest
from case_scenario import APPLICANT, CLERK, PERMIT, Case, step

from services.cases.domain import StartSpecialProcedure, Void, Withdraw

WITHDRAW = Withdraw("不办了", APPLICANT)
HOUSE = {
    **PERMIT,
    "withdraw_until": {"step": "审核", "basis": [{"law": "不动产登记暂行条例", "article": "第十五条"}]},
}


def test_before_the_decision_at_any_time() -> None:
    assert Case().submitted().having(WITHDRAW).status == "withdrawn"
    assert Case().examined().having(WITHDRAW).state.outcome == "withdrawn"
    hearing = StartSpecialProcedure("B", "听证", "理由", 20, "局长", "TB-1", CLERK)
    assert Case().in_process().having(hearing, WITHDRAW).status == "withdrawn"


def test_after_the_decision_no_more() -> None:
    assert Case().decided().refuses(WITHDRAW) == "too_late_to_withdraw"
    assert not Case().decided().can("withdraw")


def test_a_special_law_may_set_another_end() -> None:
    case = Case(HOUSE).in_process()
    assert case.can("withdraw")
    refusal = case.having(step("审核")).refused(WITHDRAW)
    assert (refusal.code, refusal.basis) == ("too_late_to_withdraw", "不动产登记暂行条例 第十五条")


def test_a_reason_is_given() -> None:
    assert Case().submitted().refused(Withdraw("", APPLICANT)).field == "reason"


@pytest.mark.parametrize("kind", ["void", "deleted"])
def test_a_case_is_voided_with_reason_and_kind(kind: str) -> None:
    case = Case().submitted()
    assert case.refused(Void("", kind, CLERK)).field == "reason"
    assert case.refused(Void("重复", "gone", CLERK)).field == "kind"
    case.having(Void("重复", kind, CLERK))
    assert (case.status, case.state.outcome) == ("voided", kind)


def test_a_completed_case_is_not_voided() -> None:
    assert Case().completed().refuses(Void("重复", "void", CLERK)) == "not_in_status"
