"""Guards that need nothing but the state: whether an action is open at all.

`decide` asks them before it looks at the command, `allowed_actions` asks them to draw
buttons, so the two can't disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.cases.domain import item as items
from services.cases.domain import process
from services.cases.domain.state import CaseState
from services.cases.domain.transitions import permits
from shared.domain.decision import Refusal

Guard = Callable[[CaseState], Iterator[Refusal]]
ART_32 = "行政许可法 第三十二条第一款第（四）项"
REVIEW_FORM = "original_pre_review"
VERIFICATION_FORM = "original_verification"


@dataclass(frozen=True, slots=True)
class Door:
    """`path`: the events the action appends, in order; the transition table judges it."""

    path: Callable[[CaseState], tuple[str, ...]]
    guards: tuple[Guard, ...] = ()


def allowed_actions(state: CaseState) -> list[str]:
    """Actions (names as in `POST /cases/{no}/{action}`) that the case's state lets happen now.

    What is asked of the command itself (a reason, a number, another officer) may still refuse.
    """
    return [action for action in ACTIONS if next(refusals(state, action), None) is None]


def refusals(state: CaseState, action: str) -> Iterator[Refusal]:
    """Why the action is closed now; nothing when it is open."""
    door = DOORS[action]
    if not permits(state.status, door.path(state)):
        yield Refusal("not_in_status", f"{action} is not possible while {_situation(state)}")
        return
    for guard in door.guards:
        yield from guard(state)


def _situation(state: CaseState) -> str:
    """The status in words, with what the case waits for."""
    if state.status == "suspended":
        names = ", ".join(found.name for found in state.open_special_procedures if found.stops_clock)
        return f"the case is suspended for {names or 'a special procedure'}"
    if state.status == "supplement_required":
        return "the case waits for a supplement"
    return f"the case is {state.status or 'not there yet'}"


def _appends(*events: str) -> Callable[[CaseState], tuple[str, ...]]:
    return lambda state: events


def _completion_path(state: CaseState) -> tuple[str, ...]:
    """An immediate case goes all the way in one counter action (行政许可法 第三十四条)."""
    if state.case_type != "immediate" or state.status == "decided":
        return ("case.completed",)
    if state.before_acceptance:
        return ("case.accepted", "case.decided", "case.completed")
    return ("case.decided", "case.completed")


def _notice(state: CaseState) -> Iterator[Refusal]:
    if not state.before_acceptance:
        if state.supplement_pending:
            yield Refusal("supplement_pending", "an earlier request for material is not answered yet")
        return
    incomplete = state.item.get("incomplete") or "notice"
    if incomplete != "notice":
        yield Refusal(
            "no_supplement_notice",
            f"this item has no supplement notice: incomplete material leads to {incomplete}; use not-accept",
            basis=items.basis_text(state.item.get("incomplete_basis"))
            or "what the item does with incomplete material",
        )
    if state.notice_given:
        yield Refusal(
            "second_supplement_notice",
            "the applicant was told once already; before acceptance there is no second supplement notice",
            basis=ART_32,
        )


def _awaits_material(state: CaseState) -> Iterator[Refusal]:
    if not state.before_acceptance and not state.supplement_pending and not state.deferred:
        yield Refusal("nothing_to_supplement", "nobody asked for more material")


def _accept_by_form(state: CaseState) -> Iterator[Refusal]:
    """CASE-13: with original pre-review, passing it and the originals come before acceptance."""
    if not state.before_acceptance or state.application_form != REVIEW_FORM:
        return
    if state.pre_review != "passed":
        yield Refusal("pre_review_missing", "the online pre-review has not passed", basis="CASE-13")
    if state.originals_at_acceptance is None:
        yield Refusal("originals_not_verified", "the originals have not been verified", basis="CASE-13")
    elif state.originals_at_acceptance != "passed":
        yield Refusal("originals_failed", "the originals did not pass the check", basis="CASE-13")


def _materials_there(state: CaseState) -> Iterator[Refusal]:
    if state.before_acceptance and state.missing_materials:
        codes = ", ".join(state.missing_materials)
        yield Refusal("materials_missing", f"required material was not received: {codes}", basis=ART_32)


def _originals_after_review(state: CaseState) -> Iterator[Refusal]:
    if state.before_acceptance and state.application_form == REVIEW_FORM and state.pre_review != "passed":
        yield Refusal(
            "pre_review_missing", "originals are brought after the pre-review passed", basis="CASE-13"
        )


def _assigned(state: CaseState) -> Iterator[Refusal]:
    elsewhere = state.handling_department_code not in (None, state.department_code)
    if state.assignee is None and not elsewhere:
        yield Refusal("nothing_to_recall", "nobody holds this case")


def _step_left(state: CaseState) -> Iterator[Refusal]:
    if state.steps and not process.permitted(state.steps, state.passed):
        yield Refusal("no_step_left", "all steps of the item's process have passed")


def _procedure_open(state: CaseState) -> Iterator[Refusal]:
    if not state.open_special_procedures:
        yield Refusal("no_open_special_procedure", "no special procedure is open")


def _steps_passed(state: CaseState) -> Iterator[Refusal]:
    if state.decided_at is not None:
        return
    missing = process.missing_before_decision(state.steps, state.passed)
    if missing:
        yield Refusal("steps_missing", f"these steps have not passed: {', '.join(missing)}", basis="CASE-26")


def _fee_due(state: CaseState) -> Iterator[Refusal]:
    courier = state.delivery_method == "courier"
    fees = items.fee_rows(state.item)
    if not fees and not courier:
        yield Refusal("no_fee", "this item costs nothing", basis="行政许可法 第五十八条")
    elif fees and not courier and state.paid_fen >= min(fees):
        yield Refusal("already_paid", "the fee has been paid")


def _result_valid(state: CaseState) -> Iterator[Refusal]:
    if state.result_revoked:
        yield Refusal("result_revoked", "the result has been revoked", basis="行政许可法 第六十九条")


def _may_leave_the_house(state: CaseState) -> Iterator[Refusal]:
    """What stands between a finished result and its owner: the fee, and the originals (CASE-14)."""
    fees = items.fee_rows(state.item)
    owed = state.outcome in ("granted", "partly_granted", None) and fees and state.paid_fen < min(fees)
    if owed:
        yield Refusal(
            "fee_unpaid", "the fee has to be paid before the result is handed over", basis="CASE-38"
        )
    if state.application_form != VERIFICATION_FORM:
        return
    if state.originals_at_delivery is None:
        yield Refusal(
            "originals_not_verified",
            "the originals are verified before the result is collected",
            basis="CASE-14",
        )
    elif state.originals_at_delivery != "passed":
        yield Refusal(
            "originals_failed", "the originals did not pass: the result is withheld", basis="CASE-14"
        )


def _result_there(state: CaseState) -> Iterator[Refusal]:
    if not state.result_ready and not state.dispatched:
        yield Refusal("result_not_ready", "the result was neither announced nor dispatched")


def _not_rated(state: CaseState) -> Iterator[Refusal]:
    if state.rated:
        yield Refusal("already_rated", "a case is rated once")


def _may_withdraw(state: CaseState) -> Iterator[Refusal]:
    step, basis = items.withdraw_until(state.item)
    over = step in state.passed if step else state.status == "decided"
    if over:
        yield Refusal(
            "too_late_to_withdraw", f"withdrawal was possible until {step or 'the decision'}", basis=basis
        )


def _lapse_possible(state: CaseState) -> Iterator[Refusal]:
    if state.supplement_due_at is None:
        yield Refusal("no_deadline", "no deadline was set for the supplement")


def _deemed_possible(state: CaseState) -> Iterator[Refusal]:
    if items.deemed_rule(state.item) == "none" or state.answer_from is None:
        yield Refusal("no_deemed_acceptance", "silence does not count as acceptance here", basis=ART_32)


ACTIONS: dict[str, Door] = {
    "pre-review": Door(_appends("case.pre_reviewed")),
    "request-supplement": Door(_appends("case.supplement_requested"), (_notice,)),
    "supplement": Door(_appends("case.supplemented"), (_awaits_material,)),
    "accept": Door(_appends("case.accepted"), (_accept_by_form, _materials_there)),
    "not-accept": Door(_appends("case.not_accepted")),
    "claim": Door(_appends("case.claimed")),
    "transfer": Door(_appends("case.transferred")),
    "recall": Door(_appends("case.recalled"), (_assigned,)),
    "record-step": Door(_appends("case.step_recorded"), (_step_left,)),
    "start-special-procedure": Door(_appends("case.special_procedure_started")),
    "end-special-procedure": Door(_appends("case.special_procedure_ended"), (_procedure_open,)),
    "decide": Door(_appends("case.decided"), (_steps_passed,)),
    "complete": Door(_completion_path, (_accept_by_form, _materials_there, _steps_passed)),
    "verify-originals": Door(_appends("case.originals_verified"), (_originals_after_review,)),
    "pay": Door(_appends("case.fee_paid"), (_fee_due,)),
    "announce-result": Door(_appends("case.result_ready"), (_result_valid,)),
    "dispatch": Door(_appends("case.dispatched"), (_result_valid, _may_leave_the_house)),
    "deliver": Door(_appends("case.delivered"), (_result_valid, _result_there, _may_leave_the_house)),
    "withdraw": Door(_appends("case.withdrawn"), (_may_withdraw,)),
    "void": Door(_appends("case.voided")),
    "rate": Door(_appends("case.rated"), (_not_rated,)),
    "urge": Door(_appends("case.urged")),
    "correct": Door(_appends("case.corrected")),
    "revoke-acceptance": Door(_appends("case.acceptance_revoked")),
    "revoke-result": Door(_appends("case.result_revoked"), (_result_valid,)),
}
"""What people do; the names are those of the HTTP interface."""

DOORS: dict[str, Door] = {
    **ACTIONS,
    "submit": Door(_appends("case.submitted")),
    "deem-accepted": Door(_appends("case.accepted"), (_deemed_possible,)),
    "lapse": Door(_appends("case.lapsed"), (_lapse_possible,)),
}
"""With what is no button: the start, and what timers do."""
