"""Folds a case's events into clock facts. Works on stored and published data alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.domain.legal_clock.facts import ACCEPTED, ClockFacts, Extension, Procedure, moment
from shared.domain.limits import WORK_DAY, Limit

ENDED = frozenset({"not_accepted", "returned", "withdrawn", "lapsed", "voided"})
"""Case statuses that end a case without completing it."""

NOTICE_DAYS = 5
"""Working days to tell what is missing, administrative licensing law art. 32(4)."""

Data = Mapping[str, Any]
Changes = dict[str, Any]


def evolve_clock(facts: ClockFacts, type: str, data: Data, occurred_at: datetime) -> ClockFacts:
    """The facts after one more event. Events that mean nothing to the clock change nothing."""
    changes = _changes(facts, type, data, occurred_at)
    return replace(facts, **changes) if changes else facts


def fold_clock(history: Iterable[tuple[str, Data, datetime]]) -> ClockFacts:
    """The facts after a whole history, as `evolve_clock` gives them event by event.

    One object is filled in place: nobody sees it before the last event, and copies are most of the cost.
    """
    facts = ClockFacts()
    for type, data, occurred_at in history:
        for name, value in _changes(facts, type, data, occurred_at).items():
            object.__setattr__(facts, name, value)
    return facts


def _changes(facts: ClockFacts, type: str, data: Data, occurred_at: datetime) -> Changes:
    change = _CHANGES.get(type)
    changes = change(facts, data, occurred_at) if change else {}
    if data.get("status") in ENDED and changes.get("ended_at", facts.ended_at) is None:
        changes |= {"ended_at": occurred_at, "ended_as": data["status"]}
    return changes


def _set(**changes: Any) -> Changes:
    return changes


def _submitted(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    item = data.get("item") or {}
    situation = _situation(item, data.get("situation"))
    header = data.get("case") or {}
    deadlines = data.get("deadlines") or {}
    return _set(
        item_type=str(item.get("item_type") or ""),
        clock_start=str(item.get("clock_start") or ACCEPTED),
        statutory=_limit(item, situation, "statutory_limit"),
        statutory_basis=_basis(item.get("statutory_limit")),
        promised=_limit(item, situation, "promised_limit"),
        delivery=_limit(item, situation, "delivery_limit"),
        extension_unit=str((item.get("extension") or {}).get("unit") or WORK_DAY),
        notice_days=NOTICE_DAYS if item.get("deemed") == "after_5_work_days" else 0,
        received_at=at,
        imported=header.get("source") == "import",
        stated_statutory=moment(deadlines.get("statutory")),
        stated_promised=moment(deadlines.get("promised")),
    )


def _situation(item: Data, code: Any) -> Data:
    wanted = code.get("code") if isinstance(code, Mapping) else code
    found: list[Data] = [each for each in item.get("situations") or () if each.get("code") == wanted]
    return found[0] if found else {"code": wanted}


def _limit(item: Data, situation: Data, name: str) -> Limit | None:
    """A situation's own limit wins; an item's limit may be for one situation only."""
    if situation.get(name):
        return Limit.from_dict(situation[name])
    stated = item.get(name)
    if stated and stated.get("applies_to") not in (None, situation.get("code")):
        return None
    return Limit.from_dict(stated)


def _basis(limit: Data | None) -> str:
    basis = (limit or {}).get("basis") or ()
    if isinstance(basis, str):
        return basis
    named = [f"{each.get('law', '')}{each.get('article') or ''}" for each in basis]
    return "、".join(name.removeprefix("中华人民共和国") for name in named if name)


def _pre_reviewed(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    if facts.accepted_at is not None:
        return {}
    if data.get("outcome") == "passed":
        return _set(waiting=False, received_at=at) if facts.waiting else {}
    return _set(waiting=True)


def _supplement_requested(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    before = data.get("before_acceptance")
    if facts.accepted_at is None if before is None else before:
        return _set(waiting=True)
    return _set(supplement_while_running_at=at)


def _supplemented(facts: ClockFacts, _data: Data, at: datetime) -> Changes:
    return _set(waiting=False, received_at=at) if facts.waiting else {}


def _accepted(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    """Deemed acceptance counts from receipt, which the event states as `accepted_at`."""
    deemed = bool(data.get("deemed"))
    since = moment(data.get("accepted_at")) or (facts.received_at if deemed else None) or at
    missed = at if deemed and facts.notice_days else None
    return _set(accepted_at=since, deemed=deemed, waiting=False, notice_missed_at=missed)


def _procedure_started(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    sequence = int(data.get("sequence") or len(facts.procedures) + 1)
    if any(each.sequence == sequence for each in facts.procedures):
        return {}
    stops = bool(data.get("stops_clock")) and (data.get("type") or "B") == "B"
    limit = int(data.get("limit_days") or 0)
    started = Procedure(sequence, str(data.get("name") or ""), at, None, limit, stops)
    return _set(procedures=(*facts.procedures, started))


def _procedure_ended(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    wanted = data.get("sequence")

    def ended(each: Procedure) -> Procedure:
        same = each.name == data.get("name") if wanted is None else each.sequence == wanted
        return replace(each, ended_at=max(at, each.started_at)) if same and not each.ended_at else each

    return _set(procedures=tuple(ended(each) for each in facts.procedures))


def _extended(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    granted = Extension(int(data.get("days") or 0), str(data.get("name") or ""), at)
    return _set(extensions=(*facts.extensions, granted))


def _decided(facts: ClockFacts, data: Data, at: datetime) -> Changes:
    """A superior's later answer to a forwarded case doesn't start the lower organ's clocks again."""
    forwarded = facts.forwarded or data.get("outcome") == "forwarded"
    return _set(decided_at=facts.decided_at or at, forwarded=forwarded)


def _completed(facts: ClockFacts, _data: Data, at: datetime) -> Changes:
    return _set(completed_at=facts.completed_at or at)


def _result_ready(facts: ClockFacts, _data: Data, at: datetime) -> Changes:
    return _set(result_ready_at=facts.result_ready_at or at)


def _ended(status: str) -> Callable[[ClockFacts, Data, datetime], Changes]:
    def end(facts: ClockFacts, data: Data, at: datetime) -> Changes:
        if facts.ended_at is not None:
            return {}
        return _set(ended_at=at, ended_as=str(data.get("status") or status))

    return end


_CHANGES: dict[str, Callable[[ClockFacts, Data, datetime], Changes]] = {
    "case.submitted": _submitted,
    "case.pre_reviewed": _pre_reviewed,
    "case.supplement_requested": _supplement_requested,
    "case.supplemented": _supplemented,
    "case.accepted": _accepted,
    "case.special_procedure_started": _procedure_started,
    "case.special_procedure_ended": _procedure_ended,
    "case.extended": _extended,
    "case.decided": _decided,
    "case.completed": _completed,
    "case.result_ready": _result_ready,
    "case.dispatched": _result_ready,
    "case.delivered": _result_ready,
    "case.not_accepted": _ended("not_accepted"),
    "case.acceptance_revoked": _ended("not_accepted"),
    "case.withdrawn": _ended("withdrawn"),
    "case.lapsed": _ended("lapsed"),
    "case.voided": _ended("voided"),
}
