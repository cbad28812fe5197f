"""Special procedure B: recorded always, stopping the clock only where the law lets it."""

from __future__ import annotations

from typing import Any

import pytest
from case_scenario import EXAMINER, PERMIT, SERVICE, Case, step

from services.cases.domain import Complete, Decide, EndSpecialProcedure, StartSpecialProcedure


def start(name: str = "听证", **changes: Any) -> StartSpecialProcedure:
    given = {"type": "B", "reason": "涉及重大利益", "limit_days": 20, "approver": "局长", "notice_no": "TB-1"}
    return StartSpecialProcedure(**{"name": name, "officer": EXAMINER, **given, **changes})


def end(**changes: Any) -> EndSpecialProcedure:
    return EndSpecialProcedure("同意", "继续办理", EXAMINER, **changes)


def test_a_hearing_suspends_the_case_and_its_end_resumes_it() -> None:
    case = Case().in_process().having(start())
    assert case.status == "suspended"
    assert case.facts[-1].data["stops_clock"] is True
    assert case.having(end()).status == "in_process"
    assert case.facts[-1].data["sequence"] == 1


@pytest.mark.parametrize(
    "name", ["听证", "招标", "拍卖", "招标与拍卖", "检验", "检测", "检疫", "鉴定", "专家评审"]
)
def test_article_45_stops_the_clock_of_permits(name: str) -> None:
    assert Case({**PERMIT, "special_procedures": []}).in_process().having(start(name)).status == "suspended"


@pytest.mark.parametrize("name", ["实地核查", "书面审查", "集体审查", "现场踏勘"])
def test_the_list_is_closed_for_permits_whatever_the_item_says(name: str) -> None:
    wish = {**PERMIT, "special_procedures": [{"type": "B", "name": name, "stops_clock": True}]}
    case = Case(wish).in_process().having(start(name))
    assert case.status == "in_process"
    assert case.facts[-1].data["stops_clock"] is False


def test_other_items_stop_where_their_configuration_says_so() -> None:
    assert Case(SERVICE).in_process().having(start("现场踏勘")).status == "suspended"
    assert Case(SERVICE).in_process().having(start("听证")).status == "in_process"


@pytest.mark.parametrize("action", ["decide", "complete", "record-step"])
def test_a_suspended_case_is_not_decided_nor_completed(action: str) -> None:
    case = Case().examined().having(start())
    command = {
        "decide": Decide("granted", "JD-1", EXAMINER),
        "complete": Complete(EXAMINER),
        "record-step": step("审批决定"),
    }[action]
    refusal = case.refused(command)
    assert (refusal.code, "听证" in refusal.detail) == ("not_in_status", True)
    assert not case.can(action)


def test_one_procedure_of_a_kind_at_a_time() -> None:
    case = Case().in_process().having(start())
    refusal = case.refused(start())
    assert (refusal.code, refusal.field) == ("already_open", "name")
    assert case.having(end(), start()).facts[-1].data["sequence"] == 2


def test_two_kinds_overlap_and_the_case_rests_until_both_ended() -> None:
    case = Case().in_process().having(start("听证"), start("专家评审"))
    assert case.refuses(end()) == "which_special_procedure"
    assert case.having(end(sequence=1)).status == "suspended"
    assert case.having(end()).status == "in_process"


def test_a_procedure_that_stops_nothing_does_not_end_a_suspension() -> None:
    case = Case().in_process().having(start("听证"), start("实地核查"))
    assert case.status == "suspended"
    assert case.having(end(name="实地核查")).status == "suspended"
    assert case.having(end(name="听证")).status == "in_process"


def test_a_procedure_that_stops_nothing_may_end_after_the_decision() -> None:
    case = Case().examined().having(start("实地核查"), Decide("granted", "JD-1", EXAMINER), end())
    assert case.status == "decided"


@pytest.mark.parametrize("field", ["reason", "approver", "notice_no", "name"])
def test_it_needs_reason_approver_notice_and_name(field: str) -> None:
    assert Case().in_process().refused(start(**{field: ""})).field == field


@pytest.mark.parametrize("days", [0, -3, True, "5"])
def test_it_says_how_long_it_takes(days: object) -> None:
    assert Case().in_process().refused(start(limit_days=days)).field == "limit_days"


def test_it_ends_with_a_result_and_only_when_it_runs() -> None:
    assert Case().in_process().refuses(end()) == "no_open_special_procedure"
    case = Case().in_process().having(start())
    assert case.refused(EndSpecialProcedure("", "", EXAMINER)).field == "result"


def test_the_letter_is_a_or_b() -> None:
    assert Case().in_process().refused(start(type="C")).field == "type"
