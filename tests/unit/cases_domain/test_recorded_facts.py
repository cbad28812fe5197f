"""What departments and logs state is recorded with flags; what people ask is refused."""

from __future__ import annotations

from typing import Any

import pytest
from case_scenario import CLERK, EXAMINER, MONDAY, PERMIT, Case
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cases.domain import (
    EVENT_TYPES,
    INITIAL,
    STATUSES,
    Accept,
    Decide,
    allowed_actions,
    evolve,
    record,
)
from services.cases.domain.transitions import NOT_STATED
from services.cases.schemas import check_stored

OFFICER = {"id": "x-1", "name": "外部", "department_code": "D1", "department_name": "区局"}


def test_what_breaks_no_guard_carries_no_flags() -> None:
    case = Case().submitted()
    fact = case.told("case.accepted", {"document_no": "SL-1", "officer": OFFICER})
    assert "flags" not in fact.data
    assert case.status == "accepted"
    assert case.state.accepted_at == MONDAY


def test_a_guard_refuses_the_command_and_flags_the_fact() -> None:
    case = Case(application_form="original_pre_review").submitted()
    assert case.refuses(Accept("SL-1", CLERK)) == "pre_review_missing"
    fact = case.told("case.accepted", {"document_no": "SL-1", "officer": OFFICER})
    assert fact.data["flags"] == ["originals_not_verified", "pre_review_missing"]
    assert case.status == "accepted"


def test_all_broken_guards_are_named_not_only_the_first() -> None:
    case = Case().accepted()
    assert case.refuses(Decide("refused", "", EXAMINER)) == "steps_missing"
    fact = case.told("case.decided", {"outcome": "refused", "officer": OFFICER})
    assert fact.data["flags"] == ["decision_no_required", "reason_required", "steps_missing"]


def test_a_fact_out_of_its_place_moves_the_case_forward() -> None:
    case = Case().submitted()
    fact = case.told("case.completed", {"officer": OFFICER})
    assert (fact.data["flags"], case.status) == (["not_in_status"], "completed")
    assert fact.data["result_code"] == "other"


def test_a_late_fact_does_not_take_a_case_back() -> None:
    case = Case().completed()
    fact = case.told("case.accepted", {"document_no": "SL-9", "officer": OFFICER})
    assert (fact.data["flags"], case.status) == (["not_in_status"], "completed")


def test_a_second_extension_and_a_fourth_step_are_facts_all_the_same() -> None:
    case = Case().in_process()
    stated = {"days": 30, "reason": "复杂", "approver": "局长", "notice_no": "YQ-1", "officer": OFFICER}
    assert case.told("case.extended", stated).data["flags"] == ["extension_too_long"]
    assert case.told("case.extended", stated).data["flags"] == ["extension_too_long", "second_extension"]
    step = {"step": "会签", "action": "passed", "opinion": "同意", "officer": OFFICER}
    assert case.told("case.step_recorded", step).data["flags"] == ["wrong_step"]


def test_a_stated_suspension_ends_without_a_number() -> None:
    case = Case().in_process()
    case.told(
        "case.special_procedure_started",
        {
            "name": "听证",
            "reason": "重大",
            "limit_days": 20,
            "approver": "局长",
            "notice_no": "TB-1",
            "requested_by": OFFICER,
        },
    )
    assert case.status == "suspended"
    fact = case.told(
        "case.special_procedure_ended", {"result": "同意", "opinion": "继续", "officer": OFFICER}
    )
    assert (fact.data["sequence"], case.status) == (1, "in_process")
    assert "flags" not in fact.data


def test_an_imported_submission_brings_its_own_identity_and_deadlines() -> None:
    data = {
        "case": {"case_no": "IMP-1", "item_code": "X", "source": "import", "department_code": "D7"},
        "item": {"code": "X", "name": "收件"},
        "external_id": "case-10011",
        "applicant": {"type": "natural_person", "name": "未知"},
        "deadlines": {"planned_end": "2011-12-06T12:41:31+00:00"},
    }
    fact = record(INITIAL, "case.submitted", data, MONDAY)
    check_stored(fact.type, fact.data)
    state = evolve(INITIAL, fact.type, fact.data, MONDAY)
    assert (state.case_no, state.department_code, state.status) == ("IMP-1", "D7", "submitted")
    assert fact.data["external_id"] == "case-10011"
    assert "applicant_id_no_required" in fact.data["flags"]


def test_what_the_type_does_not_know_is_kept_aside() -> None:
    fact = (
        Case().accepted().told("case.urged", {"by": {"id": "u", "role": "x"}, "SBLSH": "4406", "rate": 0.5})
    )
    assert fact.data["extra"] == {"SBLSH": "4406", "rate": "0.5"}


def test_a_type_no_case_has_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no event of a case"):
        record(INITIAL, "case.eaten", {}, MONDAY)


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(
    [
        "officer",
        "by",
        "materials",
        "item",
        "applicant",
        "case",
        "status",
        "due_at",
        "outcome",
        "result",
        "sequence",
        "name",
        "limit_days",
        "days",
        "ways",
        "to",
        "action",
        "step",
        "deemed",
        "document_no",
        "certificate",
        "changes",
        "released_by",
        "score",
        "amount_fen",
        "delivery",
        "contact",
    ]
)
STATED = [event for event in EVENT_TYPES if event not in NOT_STATED]
_DATA = st.dictionaries(_KEYS | st.text(max_size=6), _JUNK, max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STATED), _DATA), min_size=1, max_size=8))
def test_anything_at_all_is_recorded_stored_and_read(stated: list[tuple[str, dict[str, Any]]]) -> None:
    state = INITIAL
    for event, data in stated:
        fact = record(state, event, data, MONDAY)
        check_stored(fact.type, fact.data)
        state = evolve(state, fact.type, fact.data, MONDAY)
        assert state.status in STATUSES
        allowed_actions(state)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*EVENT_TYPES, "case.unknown"]), _DATA), max_size=8))
def test_the_past_is_read_whatever_it_holds(history: list[tuple[str, dict[str, Any]]]) -> None:
    state = INITIAL
    for event, data in history:
        state = evolve(state, event, data, MONDAY)
    assert state.version == len(history)
    allowed_actions(state)


def test_a_stated_case_of_a_real_item_runs_through_to_its_end() -> None:
    case = Case(PERMIT).submitted()
    for event, data in [
        ("case.accepted", {"document_no": "SL-1", "officer": OFFICER}),
        (
            "case.step_recorded",
            {
                "step": "现场核查",
                "action": "passed",
                "opinion": "符合",
                "officer": OFFICER,
                "co_officer": {"id": "x-2"},
            },
        ),
        ("case.step_recorded", {"step": "审核", "action": "passed", "opinion": "符合", "officer": OFFICER}),
        ("case.decided", {"outcome": "granted", "decision_no": "JD-1", "officer": OFFICER}),
        ("case.completed", {"officer": OFFICER, "certificate": {"no": "JY1"}}),
        ("case.result_ready", {"ways": ["hall"], "officer": OFFICER}),
        ("case.delivered", {"method": "hall", "officer": OFFICER}),
    ]:
        assert "flags" not in case.told(event, data).data, event
    assert case.status == "delivered"
