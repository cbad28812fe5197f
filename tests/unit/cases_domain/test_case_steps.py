"""Steps follow the process of the item version that was pinned at submission."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from case_scenario import EXAMINER, PERMIT, Case, step

from services.cases.domain import RecordStep


def test_the_first_step_puts_an_accepted_case_in_process() -> None:
    case = Case().accepted()
    assert case.state.current_step == "现场核查"
    case.having(step("现场核查"))
    assert (case.status, case.state.current_step) == ("in_process", "审核")
    assert case.facts[-1].data["next_step"] == "审核"


def test_a_step_out_of_turn_is_refused() -> None:
    refusal = Case().accepted().refused(step("审批决定"))
    assert (refusal.code, refusal.field) == ("wrong_step", "step")
    assert Case().in_process().refuses(step("现场核查")) == "wrong_step"


def test_a_step_the_process_does_not_know_is_refused() -> None:
    assert Case().accepted().refuses(step("喝茶")) == "wrong_step"


def test_the_acceptance_step_may_be_recorded_and_need_not() -> None:
    case = Case().accepted().having(step("受理"))
    assert case.state.current_step == "现场核查"
    assert Case().in_process().refuses(step("受理")) == "wrong_step"


@pytest.mark.parametrize(
    ("co_officer", "code"), [(None, "co_officer_required"), (EXAMINER, "co_officer_same")]
)
def test_a_check_by_two_officers_needs_two_different_ones(co_officer: Any, code: str) -> None:
    alone = RecordStep("现场核查", "passed", "符合", EXAMINER, co_officer=co_officer)
    refusal = Case().accepted().refused(alone)
    assert (refusal.code, refusal.field) == (code, "co_officer")
    assert "第三十四条" in str(refusal.basis)


def test_one_officer_is_enough_where_the_step_says_so() -> None:
    assert Case().in_process().having(RecordStep("审核", "passed", "符合", EXAMINER)).status == "in_process"


def test_a_return_goes_to_any_earlier_step_and_undoes_what_came_after() -> None:
    case = Case().examined().having(step("审批决定", "returned", next_step="现场核查"))
    assert case.state.current_step == "现场核查"
    assert not case.can("decide")


def test_a_return_without_a_target_goes_one_step_back() -> None:
    case = Case().examined().having(step("审批决定", "returned"))
    assert case.facts[-1].data["next_step"] == "审核"
    assert case.state.current_step == "审核"


def test_a_return_goes_backwards() -> None:
    assert Case().in_process().refused(step("审核", "returned", next_step="制证")).field == "next_step"


def test_a_pass_goes_to_the_step_that_follows() -> None:
    assert Case().accepted().refused(step("现场核查", next_step="制证")).field == "next_step"


def test_an_opinion_is_part_of_every_step() -> None:
    assert Case().in_process().refused(RecordStep("审核", "passed", "", EXAMINER)).field == "opinion"


def test_another_action_leaves_the_step_where_it_is() -> None:
    case = Case().in_process().having(step("审核", "other"))
    assert case.state.current_step == "审核"


def test_an_unknown_action_is_refused() -> None:
    assert Case().in_process().refused(step("审核", "skipped")).field == "action"


def test_steps_of_another_situation_are_not_part_of_the_process() -> None:
    steps = [{**row, "situation": "S2"} if row["name"] == "现场核查" else row for row in PERMIT["steps"]]
    case = Case({**PERMIT, "steps": steps}, situation="S1").accepted()
    assert case.state.current_step == "审核"


def test_a_step_starts_when_the_one_before_ended_and_ends_now() -> None:
    case = Case().accepted()
    started = case.now
    data = case.wait(hours=5).having(step("现场核查")).facts[-1].data
    assert data["started_at"] == started.isoformat()
    assert data["ended_at"] == case.now.isoformat()


def test_a_step_does_not_end_before_it_starts_nor_in_the_future() -> None:
    case = Case().accepted()
    later, earlier = case.now + timedelta(hours=1), case.now - timedelta(hours=1)
    assert case.refused(step("现场核查", ended_at=later)).code == "step_times_invalid"
    assert case.refused(step("现场核查", started_at=case.now, ended_at=earlier)).code == "step_times_invalid"


def test_after_the_decision_only_what_follows_it_is_recorded() -> None:
    case = Case().decided()
    assert case.state.current_step == "制证"
    assert case.refuses(step("审核")) == "wrong_step"
    assert case.refuses(step("制证", "returned")) == "decided_already"
    assert case.having(step("制证")).status == "decided"
    assert case.refuses(step("制证")) == "no_step_left"


def test_an_item_without_a_process_takes_any_step() -> None:
    case = Case({**PERMIT, "steps": []}).accepted()
    assert case.having(step("审查"), step("审查")).status == "in_process"


def test_the_first_step_has_nothing_to_return_to() -> None:
    only = {**PERMIT, "steps": [{"name": "审批决定", "kind": "approve"}]}
    assert Case(only).accepted().refuses(step("审批决定", "returned")) == "nothing_earlier"


def test_a_step_has_a_name_even_where_the_item_names_none() -> None:
    assert Case({**PERMIT, "steps": []}).accepted().refused(step("")).field == "step"
