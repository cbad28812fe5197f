"""The clock as people read it at a given moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.legal_clock.counting import Run
from shared.domain.legal_clock.facts import ClockFacts
from shared.domain.legal_clock.reasons import reasons
from shared.domain.legal_clock.rules import DEFAULT, RuleSet, Term
from shared.domain.legal_clock.thresholds import (
    PAUSED,
    Thresholds,
    delivery_term,
    terms_of,
    thresholds,
)
from shared.domain.working_calendar import LEGAL_ZONE, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the three clocks. `used_days` is supervision's measure, `due_at` the law's; both are kept.

    `due_at` and `remaining_days` are None while the clock is paused. `remaining_days` counts working
    days after the day of reading up to the last day; negative days are days over.
    """

    limit: dict[str, Any] | None
    due_at: datetime | None
    due_on: str | None
    used_days: int
    remaining_days: int | None
    stopped_at: datetime | None
    overdue: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "limit": self.limit,
            "due_at": iso(self.due_at),
            "due_on": self.due_on,
            "used_days": self.used_days,
            "remaining_days": self.remaining_days,
            "stopped_at": iso(self.stopped_at),
            "overdue": self.overdue,
        }


@dataclass(frozen=True, slots=True)
class ClockReading:
    state: str
    colour: str
    thresholds: Thresholds
    statutory: Reading | None
    promised: Reading | None
    delivery: Reading | None
    reasons: tuple[str, ...]
    calendar_version: str
    rules: str
    provisional: bool

    def as_dict(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "colour": self.colour,
            "statutory": self.statutory.as_dict() if self.statutory else None,
            "promised": self.promised.as_dict() if self.promised else None,
            "delivery": self.delivery.as_dict() if self.delivery else None,
            "warning_at": iso(self.thresholds.warning_at),
            "yellow_at": iso(self.thresholds.yellow_at),
            "red_at": iso(self.thresholds.red_at),
            "reasons": list(self.reasons),
            "calendar_version": self.calendar_version,
            "rules": self.rules,
            "provisional": self.provisional,
        }


def read_clock(
    facts: ClockFacts,
    calendar: WorkingCalendar,
    now: datetime,
    *,
    language: str = "zh",
    rules: RuleSet = DEFAULT,
) -> ClockReading:
    at = thresholds(facts, calendar, rules)
    terms = terms_of(facts, calendar)
    delivery = delivery_term(facts, calendar)
    pause = facts.open_pause
    since = pause.started_at if pause and at.state == PAUSED else None
    statutory = promised = delivered = None
    if terms and terms.statutory:
        statutory = _reading(terms.statutory, terms.run, facts.statutory_stop, now, since)
    if terms and terms.promised:
        promised = _reading(terms.promised, terms.run, facts.promised_stop, now, since)
    begun = facts.decided_at or facts.completed_at
    if delivery and begun:
        stop = facts.result_ready_at or facts.ended_at
        delivered = _reading(delivery, Run(calendar, begun), stop, now, None)
    return ClockReading(
        at.state,
        at.colour_at(now),
        at,
        statutory,
        promised,
        delivered,
        tuple(reasons(facts, terms, delivery, at, calendar, language=language)),
        calendar.version,
        f"{rules.id}/{rules.version}",
        at.provisional,
    )


def _reading(
    term: Term, run: Run, stop: datetime | None, now: datetime, paused_since: datetime | None
) -> Reading:
    end = min(moment for moment in (stop, now, paused_since) if moment)
    running = paused_since is None
    today, last = run.calendar.day_of(end), term.due.day
    ahead = run.calendar.working_days_between(today, last) - run.calendar.working_days_between(last, today)
    return Reading(
        limit=term.limit.as_dict(),
        due_at=term.due.at if running else None,
        due_on=last.isoformat() if running else None,
        used_days=max(0, run.used_days(end, term.limit.unit)),
        remaining_days=ahead if running else None,
        stopped_at=stop,
        overdue=running and (stop or now) > term.due.at,
    )


def iso(moment: datetime | None) -> str | None:
    """Moments leave in legal time, so that the date in them is the legal day."""
    return moment.astimezone(LEGAL_ZONE).isoformat() if moment else None
