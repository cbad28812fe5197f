"""Special procedure A: the limit is extended once, within the law, and nothing stops."""

from __future__ import annotations

from typing import Any

import pytest
from case_scenario import EXAMINER, PERMIT, SERVICE, Case

from services.cases.domain import Decide, StartSpecialProcedure

SPECIAL_LAW = {
    "value": 30,
    "unit": "natural_day",
    "basis": [{"law": "环境影响评价法", "article": "第二十二条"}],
}
GENERAL_LAW = {"value": 20, "unit": "work_day", "basis": [{"law": "行政许可法", "article": "第四十二条"}]}


def extension(days: int = 5, **changes: Any) -> StartSpecialProcedure:
    given = {"type": "A", "name": "延长审批", "reason": "案情复杂", "approver": "局长", "notice_no": "YQ-1"}
    return StartSpecialProcedure(**{**given, "limit_days": days, "officer": EXAMINER, **changes})


def test_it_lengthens_the_limit_and_leaves_the_status() -> None:
    case = Case().in_process().having(extension())
    assert case.status == "in_process"
    assert (case.facts[-1].type, case.facts[-1].data["days"]) == ("case.extended", 5)
    assert case.state.open_special_procedures == ()


def test_it_never_blocks_the_decision() -> None:
    case = Case().examined().having(extension(), Decide("granted", "JD-1", EXAMINER))
    assert case.status == "decided"


def test_it_comes_once() -> None:
    case = Case().accepted().having(extension())
    refusal = case.refused(extension())
    assert (refusal.code, refusal.basis) == ("second_extension", "行政许可法 第四十二条")


@pytest.mark.parametrize(
    ("item", "most"),
    [
        ({**PERMIT, "extension": {"value": 3, "unit": "work_day"}}, 3),
        (PERMIT, 10),
        ({**PERMIT, "statutory_limit": GENERAL_LAW}, 10),
        ({**SERVICE, "extension": {"value": 15, "unit": "work_day"}}, 15),
    ],
    ids=["own", "permit without own", "general law", "joint, not a permit"],
)
def test_the_item_or_the_licensing_law_bounds_it(item: dict[str, Any], most: int) -> None:
    case = Case(item).accepted()
    refusal = case.refused(extension(most + 1))
    assert (refusal.code, refusal.field) == ("extension_too_long", "limit_days")
    assert case.having(extension(most)).state.extensions == 1


@pytest.mark.parametrize(
    "item",
    [SERVICE, {**PERMIT, "statutory_limit": SPECIAL_LAW}],
    ids=["no permit", "permit under special law"],
)
def test_where_no_law_gives_one_there_is_none(item: dict[str, Any]) -> None:
    assert Case(item).accepted().refuses(extension(1)) == "no_extension"


@pytest.mark.parametrize("field", ["reason", "approver", "notice_no"])
def test_it_needs_reason_approver_and_notice(field: str) -> None:
    assert Case().accepted().refused(extension(**{field: ""})).field == field


def test_there_is_nothing_to_extend_before_acceptance_or_after_the_decision() -> None:
    assert Case().submitted().refuses(extension()) == "not_in_status"
    assert Case().decided().refuses(extension()) == "not_in_status"


def test_a_self_made_name_is_b_whatever_its_letter() -> None:
    case = Case().accepted().having(extension(name="现场踏勘"))
    assert (case.facts[-1].type, case.facts[-1].data["type"]) == ("case.special_procedure_started", "B")
