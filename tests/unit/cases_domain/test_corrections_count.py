"""A correction changes what an earlier event says, as far as it may, and nothing else of the history."""

from __future__ import annotations

from typing import Any

import pytest

from services.cases.domain.corrections import corrected, in_force, not_correctable

SUBMITTED = {
    "case": {"case_no": "C-1", "department_code": "D1"},
    "applicant": {"type": "natural_person", "subject_id": "citizen-1", "name": "张三丰"},
    "form": {"店名": "好吃馆"},
    "materials": [{"code": "M1"}],
}


def correction(corrects: str, **changes: Any) -> dict[str, Any]:
    return {"corrects": corrects, "changes": changes}


@pytest.mark.parametrize("changes", [{"applicant.name": "张三峰"}, {"applicant": {"name": "张三峰"}}])
def test_a_field_is_named_by_its_path_or_as_the_data_is_nested(changes: dict[str, Any]) -> None:
    said = corrected("case.submitted", SUBMITTED, changes)
    assert said == {**SUBMITTED, "applicant": {**SUBMITTED["applicant"], "name": "张三峰"}}
    assert SUBMITTED["applicant"]["name"] == "张三丰"


def test_what_was_not_stated_can_be_added() -> None:
    said = corrected("case.completed", {"officer": {"id": "o"}}, {"certificate.validity": "5年"})
    assert said["certificate"] == {"validity": "5年"}


def test_the_last_correction_of_a_field_holds_and_each_event_is_corrected_alone() -> None:
    history = [
        ("a", "case.decided", {"decision_no": "1", "outcome": "granted"}),
        ("b", "case.decided", {"decision_no": "2", "outcome": "granted"}),
        ("c", "case.corrected", correction("a", decision_no="3", outcome="refused")),
        ("d", "case.corrected", correction("a", decision_no="4")),
        ("e", "case.corrected", correction("nobody", decision_no="5")),
    ]
    first, second, *rest = in_force(history)
    assert first == {"decision_no": "4", "outcome": "refused"}
    assert second == history[1][2]
    assert rest == [data for _, _, data in history[2:]]


@pytest.mark.parametrize(
    "changes",
    [
        {"case.department_code": "D2"}, {"applicant.subject_id": "citizen-2"}, {"status": "voided"},
        {"applicant": {"type": "enterprise"}}, {"case": {"case_no": "C-2"}}, {"query_code": "AAAA"},
        {"materials": []}, {"materials.0": "x"}, {"applicant": "x"}, {"applicant.name": ["x"]},
        {"form": None},
        {"form.店名.x": "y"}, {"nothing_of_that_name": "x"}, {"": "x"}, {"applicant.name": None},
    ],
)  # fmt: skip
def test_what_others_rely_on_stays(changes: dict[str, Any]) -> None:
    assert corrected("case.submitted", SUBMITTED, changes) == SUBMITTED
    assert len(not_correctable("case.submitted", SUBMITTED, changes)) == 1


@pytest.mark.parametrize(
    ("type", "field", "value"),
    [
        ("case.accepted", "accepted_at", "2026-03-01T00:00:00Z"), ("case.extended", "days", 9),
        ("case.special_procedure_started", "limit_days", 30), ("case.step_recorded", "step", "x"),
        ("case.pre_reviewed", "outcome", "passed"), ("case.corrected", "reason", "x"),
        ("case.claimed", "officer.id", "x"), ("case.fee_paid", "amount_fen", "12"),
    ],
)  # fmt: skip
def test_neither_the_clock_nor_the_course_nor_who_did_it_is_corrected(
    type: str, field: str, value: Any
) -> None:
    stated = {"days": 5, "limit_days": 10, "amount_fen": 12}
    assert not_correctable(type, stated, {field: value}) == [field]


def test_a_number_becomes_a_number() -> None:
    assert corrected("case.fee_paid", {"amount_fen": 1200}, {"amount_fen": 2100}) == {"amount_fen": 2100}


@pytest.mark.parametrize("changes", [None, "已删除", [], {1: 2}])
def test_changes_of_any_kind_are_borne(changes: Any) -> None:
    assert corrected("case.submitted", SUBMITTED, changes) == SUBMITTED
