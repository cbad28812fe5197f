"""Facts that others state: pushed by departments, or read from a log.

They happened, whatever our guards say, so they are recorded and never refused. What a guard would
have said stands in the fact's `flags`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.cases.domain.completing import completed_data
from services.cases.domain.decide import broken_guards
from services.cases.domain.decisions.intake import PRE_REVIEW_STATUS
from services.cases.domain.facts import identity
from services.cases.domain.reading import command_of
from services.cases.domain.rule import Moment
from services.cases.domain.state import CaseState
from services.cases.domain.transitions import STATUSES, TRANSITIONS, usual_statuses
from shared.domain.decision import Fact

_RANK = {
    status: rank
    for rank, group in enumerate(
        (
            "submitted pre_review_passed pre_review_failed supplement_required supplemented",
            "accepted",
            "in_process suspended",
            "decided",
            "not_accepted returned withdrawn lapsed voided completed",
            "delivered",
        )
    )
    for status in group.split()
}
"""How far a case is: a fact that comes late does not take it back."""


def record(state: CaseState, fact_type: str, data: Mapping[str, Any], at: datetime) -> Fact:
    """The fact as it is stored: complete, with the status after it and `flags` for broken guards.

    `at` is when it happened. Raises ValueError only for a type that no case has. Keys the type does
    not know are kept under `extra`. For `case.submitted`, `data.case` names the case.
    """
    command = command_of(state, fact_type, data, at)
    flags = sorted({refusal.code for refusal in broken_guards(state, command, Moment(at))})
    whole = completed_data(state, fact_type, data, at)
    whole["case"] = identity(state.case or _mapping(data.get("case")))
    whole["status"] = _status_after(state, fact_type, whole, data.get("status"))
    if flags:
        whole["flags"] = flags
    return Fact(fact_type, whole)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _status_after(state: CaseState, fact_type: str, data: Mapping[str, Any], said: Any) -> str:
    allowed = TRANSITIONS[state.status].get(fact_type)
    choices = allowed or frozenset(usual_statuses(fact_type))
    stated = isinstance(said, str) and said in choices
    chosen = str(said) if stated else _choose(state, fact_type, data, choices)
    if allowed is None and _RANK.get(chosen, 0) < _RANK.get(state.status, 0):
        return state.status
    return chosen


def _choose(state: CaseState, fact_type: str, data: Mapping[str, Any], choices: frozenset[str]) -> str:
    if len(choices) == 1:
        return next(iter(choices))
    return {
        "case.pre_reviewed": PRE_REVIEW_STATUS.get(str(data.get("outcome")), "pre_review_failed"),
        "case.not_accepted": "not_accepted",
        "case.special_procedure_started": "suspended" if data.get("stops_clock") is True else "in_process",
        "case.special_procedure_ended": _after_procedure(state, data),
    }.get(fact_type, state.status or STATUSES[0])


def _after_procedure(state: CaseState, data: Mapping[str, Any]) -> str:
    others = (found for found in state.open_special_procedures if found.sequence != data.get("sequence"))
    return "suspended" if any(found.stops_clock for found in others) else "in_process"
