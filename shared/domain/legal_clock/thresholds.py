"""When a case's clock passes which threshold: a pure function of facts, calendar and rules, without a now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.legal_clock.counting import Due, Pauses, Run
from shared.domain.legal_clock.facts import ClockFacts, Extension, Procedure
from shared.domain.legal_clock.rules import (
    DEFAULT,
    LEVELS,
    NORMAL,
    RED,
    WARNING,
    YELLOW,
    Levels,
    RuleSet,
    Term,
)
from shared.domain.limits import Limit
from shared.domain.working_calendar import WorkingCalendar

NOT_STARTED = "not_started"
RUNNING = "running"
PAUSED = "paused"
CLOSED = "closed"

CASE = "case"
SPECIAL_PROCEDURE = "special_procedure"
DELIVERY = "delivery"
ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Crossing:
    """A level of a stage that is passed at `at`, or will be unless something happens before.

    `sequence` tells the special procedures of one case apart (0 elsewhere). `due_at` is the limit
    the level is about; a warning comes before it.
    """

    stage: str
    level: str
    at: datetime
    due_at: datetime
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The due moments, and the moments at which a level is passed.

    `warning_at`, `yellow_at` and `red_at` are None for what can't be passed any more (or never
    could: no statutory limit, no red). While paused nothing is due; what was passed before the
    pause stays. `crossings` adds the other stages, in order of time.
    """

    state: str
    statutory_due_at: datetime | None = None
    promised_due_at: datetime | None = None
    warning_at: datetime | None = None
    yellow_at: datetime | None = None
    red_at: datetime | None = None
    closed_colour: str | None = None
    provisional: bool = False
    delivery_due_at: datetime | None = None
    crossings: tuple[Crossing, ...] = ()

    def colour_at(self, moment: datetime) -> str:
        """The case's colour then. A closed clock keeps its colour."""
        if self.closed_colour is not None:
            return self.closed_colour
        passed = {each.level for each in self.crossings if each.stage == CASE and each.at < moment}
        return next((level for level in reversed(LEVELS) if level in passed), NORMAL)


@dataclass(frozen=True, slots=True)
class Terms:
    """The counted terms of a started clock; while paused, as they stand if the pause ended at once."""

    run: Run
    statutory: Term | None
    promised: Term | None


def state_of(facts: ClockFacts) -> str:
    if facts.promised_stop is not None:
        return CLOSED
    if facts.started_at is None:
        return NOT_STARTED
    return PAUSED if facts.open_pause else RUNNING


def terms_of(facts: ClockFacts, calendar: WorkingCalendar) -> Terms | None:
    """None while nothing runs."""
    start = facts.started_at
    if start is None:
        return None
    run = Run(calendar, start, pauses_of(facts, calendar))
    return Terms(
        run,
        _stated(facts.stated_statutory, facts.statutory, calendar) or _term(run, facts.statutory, facts),
        _stated(facts.stated_promised, facts.promised, calendar) or _term(run, facts.promised, facts),
    )


def pauses_of(facts: ClockFacts, calendar: WorkingCalendar) -> Pauses:
    """What was left open ended with the decision or the end of the case, or hasn't excluded a day yet."""
    stop = facts.decided_at or facts.promised_stop
    spans = []
    for each in facts.procedures:
        if each.stops_clock and (stop is None or each.started_at < stop):
            end = each.ended_at or stop or each.started_at
            spans.append((each.started_at, min(end, stop) if stop else end))
    return Pauses.of(calendar, spans)


def thresholds(facts: ClockFacts, calendar: WorkingCalendar, rules: RuleSet = DEFAULT) -> Thresholds:
    state = state_of(facts)
    terms = terms_of(facts, calendar)
    if terms is None:
        return Thresholds(state, closed_colour=NORMAL if state == CLOSED else None)
    delivery = delivery_term(facts, calendar)
    crossings = [
        *_case(facts, terms, rules),
        *(crossing for each in facts.procedures for crossing in _procedure(each, facts, calendar, rules)),
        *_delivery(facts, delivery),
        *_acceptance(facts, calendar),
    ]
    crossings.sort(key=lambda each: (each.at, each.stage, each.sequence))
    at = {each.level: each.at for each in crossings if each.stage == CASE}
    paused = state == PAUSED
    dues = [term.due for term in (terms.statutory, terms.promised, delivery) if term]
    return Thresholds(
        state,
        statutory_due_at=terms.statutory.due.at if terms.statutory and not paused else None,
        promised_due_at=terms.promised.due.at if terms.promised and not paused else None,
        warning_at=at.get(WARNING),
        yellow_at=at.get(YELLOW),
        red_at=at.get(RED),
        closed_colour=_highest(at) if state == CLOSED else None,
        provisional=not all(calendar.is_known(due.day) for due in dues),
        delivery_due_at=delivery.due.at if delivery else None,
        crossings=tuple(crossings),
    )


def delivery_term(facts: ClockFacts, calendar: WorkingCalendar) -> Term | None:
    """From the decision to the notice that the result is ready, or its dispatch (art. 44)."""
    start = facts.decided_at or facts.completed_at
    if start is None or facts.delivery is None or facts.forwarded or facts.imported:
        return None
    return Term(facts.delivery, Run(calendar, start).due(facts.delivery))


def _term(run: Run, limit: Limit | None, facts: ClockFacts) -> Term | None:
    """An extension moves law and promise alike: the applicant is told the new date, with the reason.

    It lengthens what still runs. A limit that had ended when it was granted stays ended, so that a
    broken promise is not mended afterwards.
    """
    if limit is None or facts.imported:
        return None
    unit, counted = facts.extension_unit, list[Extension]()
    due = run.due(limit)
    for each in facts.extensions:
        if each.granted_at <= due.at:
            counted.append(each)
            due = run.due(limit, _days(counted), unit)
    whole = Limit(limit.value + _days(counted), limit.unit) if unit == limit.unit else limit
    return Term(whole, due, tuple(counted))


def _days(extensions: Iterable[Extension]) -> int:
    return sum(each.days for each in extensions)


def _stated(at: datetime | None, limit: Limit | None, calendar: WorkingCalendar) -> Term | None:
    return Term(limit or Limit(0), Due(at, calendar.day_of(at))) if at else None


def _case(facts: ClockFacts, terms: Terms, rules: RuleSet) -> list[Crossing]:
    """An imported history only knows whether its end lies after its deadline: red or nothing."""
    if facts.imported:
        deadline = terms.statutory or terms.promised
        levels = Levels(red_at=deadline.due.at if deadline else None)
    else:
        levels = rules.case(terms.run, terms.promised, terms.statutory)
    pause = facts.open_pause
    promise, law = terms.promised or terms.statutory, terms.statutory or terms.promised
    promise_stop = facts.promised_stop if terms.promised else facts.statutory_stop
    found = [
        (WARNING, levels.warning_at, promise, promise_stop),
        (YELLOW, levels.yellow_at, promise, facts.promised_stop),
        (RED, levels.red_at, law, facts.statutory_stop),
    ]
    return [
        Crossing(CASE, level, at, term.due.at)
        for level, at, term, stop in found
        if at and term and _passes(at, stop) and (pause is None or at < pause.started_at)
    ]


def _procedure(
    each: Procedure, facts: ClockFacts, calendar: WorkingCalendar, rules: RuleSet
) -> list[Crossing]:
    """Void and withdrawn cases are not carded for it; a completed one that forgot to close it is."""
    if each.limit_days <= 0:
        return []
    run = Run(calendar, each.started_at)
    limit = Limit(each.limit_days)
    term = Term(limit, run.due(limit))
    levels = rules.procedure(run, term)
    stop = each.ended_at or facts.ended_at
    found = [(WARNING, levels.warning_at), (YELLOW, levels.yellow_at), (RED, levels.red_at)]
    return [
        Crossing(SPECIAL_PROCEDURE, level, at, term.due.at, each.sequence)
        for level, at in found
        if at and _passes(at, stop)
    ]


def _delivery(facts: ClockFacts, term: Term | None) -> list[Crossing]:
    if term is None or not _passes(term.due.at, facts.result_ready_at or facts.ended_at):
        return []
    return [Crossing(DELIVERY, YELLOW, term.due.at, term.due.at)]


def _acceptance(facts: ClockFacts, calendar: WorkingCalendar) -> list[Crossing]:
    """Nobody told in time what was missing, so that the application counts as accepted (art. 32(4))."""
    if facts.notice_missed_at is None or facts.accepted_at is None or facts.imported:
        return []
    due = Run(calendar, facts.accepted_at).due(Limit(facts.notice_days))
    return [Crossing(ACCEPTANCE, YELLOW, due.at, due.at)]


def _passes(at: datetime, stop: datetime | None) -> bool:
    return stop is None or stop > at


def _highest(at: dict[str, datetime]) -> str:
    return next((level for level in reversed(LEVELS) if level in at), NORMAL)
