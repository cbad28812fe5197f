"""An immediate case goes from submission to completion in one counter action (article 34)."""

from __future__ import annotations

from case_scenario import CLERK, IMMEDIATE, PERMIT, Case, papers

from services.cases.domain import Accept, Complete, PreReview, VerifyOriginals

DONE = Complete(CLERK, {"no": "JY1", "name": "营业执照"}, document_no="SL-1", decision_no="JD-1")


def test_accepted_decided_and_completed_are_appended_together() -> None:
    case = Case(IMMEDIATE).submitted()
    assert case.can("complete")
    facts = case.when(DONE)
    assert [(fact.type, fact.data["status"]) for fact in facts] == [
        ("case.accepted", "accepted"),
        ("case.decided", "decided"),
        ("case.completed", "completed"),
    ]
    assert case.state.outcome == "granted"


def test_it_may_be_accepted_first() -> None:
    case = Case(IMMEDIATE).submitted().having(Accept("SL-1", CLERK))
    assert [fact.type for fact in case.when(DONE)] == ["case.decided", "case.completed"]


def test_both_numbers_are_needed() -> None:
    case = Case(IMMEDIATE).submitted()
    assert case.refused(Complete(CLERK, decision_no="JD-1")).field == "document_no"
    assert case.refused(Complete(CLERK, document_no="SL-1")).field == "decision_no"


def test_a_promised_case_does_not_jump() -> None:
    assert Case(PERMIT).submitted().refuses(DONE) == "not_in_status"
    assert not Case(PERMIT).submitted().can("complete")


def test_the_application_form_still_holds() -> None:
    case = Case(IMMEDIATE, application_form="original_pre_review").submitted()
    assert case.refuses(DONE) == "pre_review_missing"
    case.having(PreReview("passed", CLERK), VerifyOriginals("passed", "hall", CLERK))
    assert case.having(DONE).status == "completed"


def test_a_check_that_has_to_come_first_still_comes_first() -> None:
    steps = [{"name": "现场核查", "kind": "examine"}, *IMMEDIATE["steps"]]
    assert Case({**IMMEDIATE, "steps": steps}).submitted().refuses(DONE) == "steps_missing"


def test_the_situation_may_make_a_case_immediate() -> None:
    item = {
        **IMMEDIATE,
        "case_type": "promised",
        "situations": [{"code": "S1", "case_type": "immediate"}, {"code": "S2", "case_type": "promised"}],
    }
    assert Case(item, situation="S1").submitted().can("complete")
    everything = papers("M1", "M2", "M5")
    assert not Case(item, situation="S2", materials=everything).submitted().can("complete")
