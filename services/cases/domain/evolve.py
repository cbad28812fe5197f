"""state + event -> state. Total: it bears whatever history holds and refuses nothing.

What an event says (`data.status`, the facts in it) is taken as it is; whether it should have
happened was decided when it was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.cases.domain import item as items
from services.cases.domain import process
from services.cases.domain.facts import parse_moment
from services.cases.domain.state import CaseState, SpecialProcedure
from services.cases.domain.transitions import CLOSED_STATUSES, STATUSES, TRANSITIONS

Data = Mapping[str, Any]
Changes = dict[str, Any]


def evolve(state: CaseState, type: str, data: Data, occurred_at: datetime) -> CaseState:
    """The state after one more event. An unknown type counts and changes nothing else."""
    return replace(state, **_changes(state, type, data, occurred_at))


def fold(facts: Iterable[tuple[str, Data, datetime]]) -> CaseState:
    """The state after a whole history, as `evolve` gives it event by event.

    One state is filled in place, since nobody sees it before the last event: a copy of all its fields for
    each event is three quarters of the time that a fold takes otherwise.
    """
    state = CaseState()
    for type, data, occurred_at in facts:
        for name, value in _changes(state, type, data, occurred_at).items():
            object.__setattr__(state, name, value)
    return state


def _changes(state: CaseState, type: str, data: Data, occurred_at: datetime) -> Changes:
    handler = _HANDLERS.get(type)
    changes = handler(state, data, occurred_at) if handler else {}
    status = _status(state, type, data)
    if status in CLOSED_STATUSES and state.closed_at is None:
        changes["closed_at"] = occurred_at
    changes["version"] = state.version + 1
    changes["status"] = status
    return changes


def _status(state: CaseState, type: str, data: Data) -> str:
    said = data.get("status")
    if isinstance(said, str) and said in STATUSES:
        return said
    targets = TRANSITIONS[state.status].get(type, frozenset())
    return next(iter(targets)) if len(targets) == 1 else state.status


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _codes(value: Any, *, received_only: bool = False) -> frozenset[str]:
    rows = value if isinstance(value, list | tuple) else ()
    return frozenset(
        str(row["code"])
        for row in rows
        if isinstance(row, Mapping) and row.get("code") and (row.get("received", True) or not received_only)
    )


def _submitted(state: CaseState, data: Data, at: datetime) -> Changes:
    applicant, item = _mapping(data.get("applicant")), _mapping(data.get("item"))
    case, situation = _mapping(data.get("case")), _text(data.get("situation"))
    return {
        "case": dict(case),
        "item": item,
        "situation": situation,
        "case_type": _text(data.get("case_type")) or items.case_type(item, situation),
        "project_no": _text(data.get("project_no")),
        "applicant_type": _text(applicant.get("type")),
        "subject_id": _text(applicant.get("subject_id")),
        "submitted_by": _text(_mapping(data.get("submitted_by")).get("id")),
        "delivery_method": _text(_mapping(data.get("delivery")).get("method")),
        "received": _codes(data.get("materials"), received_only=True),
        "received_at": at,
        "answer_from": at,
        "handling_department_code": _text(case.get("department_code")),
    }


def _pre_reviewed(state: CaseState, data: Data, at: datetime) -> Changes:
    outcome = _text(data.get("outcome"))
    changes: Changes = {"pre_review": outcome, "answer_from": None}
    if outcome == "supplement":
        changes |= {"supplement_pending": True, "supplement_due_at": parse_moment(data.get("due_at"))}
    return changes


def _supplement_requested(state: CaseState, data: Data, at: datetime) -> Changes:
    before = data.get("before_acceptance") is not False
    changes: Changes = {"supplement_pending": True, "supplement_due_at": parse_moment(data.get("due_at"))}
    return changes | ({"notice_given": True, "answer_from": None} if before else {})


def _supplemented(state: CaseState, data: Data, at: datetime) -> Changes:
    came = _codes(data.get("materials"), received_only=True)
    return {
        "received": state.received | came,
        "deferred": state.deferred - came,
        "supplement_pending": False,
        "supplement_due_at": None,
        "answer_from": at if state.before_acceptance else state.answer_from,
    }


def _accepted(state: CaseState, data: Data, at: datetime) -> Changes:
    deferred = data.get("deferred_materials")
    return {
        "accepted_at": parse_moment(data.get("accepted_at")) or at,
        "deemed": data.get("deemed") is True,
        "deferred": _codes(deferred),
        "answer_from": None,
        "supplement_pending": False,
        "supplement_due_at": None,
        "step_since": at,
    }


def _ended(outcome: str) -> Callable[[CaseState, Data, datetime], Changes]:
    def handler(state: CaseState, data: Data, at: datetime) -> Changes:
        return {"outcome": outcome, "answer_from": None, "supplement_pending": False}

    return handler


def _not_accepted(state: CaseState, data: Data, at: datetime) -> Changes:
    outcome = "returned" if data.get("status") == "returned" else "not_accepted"
    return {"outcome": outcome, "answer_from": None}


def _voided(state: CaseState, data: Data, at: datetime) -> Changes:
    return {"outcome": _text(data.get("kind")) or "void", "answer_from": None, "supplement_pending": False}


def _claimed(state: CaseState, data: Data, at: datetime) -> Changes:
    return {"assignee": _text(_mapping(data.get("officer")).get("id"))}


def _transferred(state: CaseState, data: Data, at: datetime) -> Changes:
    to = _mapping(data.get("to"))
    department = _text(to.get("department_code")) or state.handling_department_code
    return {"assignee": _text(to.get("id")), "handling_department_code": department}


def _recalled(state: CaseState, data: Data, at: datetime) -> Changes:
    return {"assignee": None, "handling_department_code": state.department_code}


def _step_recorded(state: CaseState, data: Data, at: datetime) -> Changes:
    step, action = _text(data.get("step")), data.get("action")
    changes: Changes = {"step_since": parse_moment(data.get("ended_at")) or at}
    if step and action == "passed":
        changes["passed"] = tuple(dict.fromkeys([*state.passed, step]))
    elif step and action == "returned":
        back_to = _text(data.get("next_step")) or step
        kept = process.before(state.steps, back_to)
        changes["passed"] = tuple(name for name in state.passed if name in kept)
    return changes


def _procedure_started(state: CaseState, data: Data, at: datetime) -> Changes:
    sequence = _number(data.get("sequence")) or len(state.special_procedures) + 1
    started = SpecialProcedure(
        sequence, _text(data.get("name")) or "", data.get("stops_clock") is True, started_at=at
    )
    return {"special_procedures": (*state.special_procedures, started)}


def _procedure_ended(state: CaseState, data: Data, at: datetime) -> Changes:
    sequence, name = data.get("sequence"), data.get("name")
    ended = next((found for found in state.open_special_procedures if found.sequence == sequence), None)
    ended = ended or next((found for found in state.open_special_procedures if found.name == name), None)
    kept = (replace(one, open=False) if one is ended else one for one in state.special_procedures)
    return {"special_procedures": tuple(kept)}


def _extended(state: CaseState, data: Data, at: datetime) -> Changes:
    return {"extensions": state.extensions + 1}


def _decided(state: CaseState, data: Data, at: datetime) -> Changes:
    return {
        "outcome": _text(data.get("outcome")) or "other",
        "decided_at": at,
        "passed": process.passed_by_decision(state.steps, state.passed),
        "step_since": at,
    }


def _completed(state: CaseState, data: Data, at: datetime) -> Changes:
    return {"outcome": state.outcome or _text(data.get("result_code")) or "other"}


def _originals_verified(state: CaseState, data: Data, at: datetime) -> Changes:
    result = _text(data.get("result"))
    if data.get("stage") == "delivery":
        return {"originals_at_delivery": result}
    changes: Changes = {"originals_at_acceptance": result}
    if state.before_acceptance:
        # Originals that arrive start five new days; a failed check told the applicant at the counter.
        changes["answer_from"] = at if result == "passed" else None
    return changes


def _fee_paid(state: CaseState, data: Data, at: datetime) -> Changes:
    number = _text(data.get("payment_no"))
    return {
        "payments": (*state.payments, number) if number else state.payments,
        "paid_fen": state.paid_fen + _number(data.get("amount_fen")),
    }


_HANDLERS: dict[str, Callable[[CaseState, Data, datetime], Changes]] = {
    "case.submitted": _submitted,
    "case.pre_reviewed": _pre_reviewed,
    "case.supplement_requested": _supplement_requested,
    "case.supplemented": _supplemented,
    "case.accepted": _accepted,
    "case.not_accepted": _not_accepted,
    "case.claimed": _claimed,
    "case.transferred": _transferred,
    "case.recalled": _recalled,
    "case.step_recorded": _step_recorded,
    "case.special_procedure_started": _procedure_started,
    "case.special_procedure_ended": _procedure_ended,
    "case.extended": _extended,
    "case.decided": _decided,
    "case.completed": _completed,
    "case.originals_verified": _originals_verified,
    "case.fee_paid": _fee_paid,
    "case.result_ready": lambda state, data, at: {"result_ready": True},
    "case.dispatched": lambda state, data, at: {"dispatched": True},
    "case.rated": lambda state, data, at: {"rated": True},
    "case.withdrawn": _ended("withdrawn"),
    "case.lapsed": _ended("supplement_lapsed"),
    "case.voided": _voided,
    "case.acceptance_revoked": _ended("not_accepted"),
    "case.result_revoked": lambda state, data, at: {"result_revoked": True},
}
