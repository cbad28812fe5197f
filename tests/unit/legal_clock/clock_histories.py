"""Short ways to write a case's history down in a test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.domain.legal_clock import EMPTY, ClockFacts, evolve_clock
from shared.domain.working_calendar import LEGAL_ZONE
from shared.service.calendar import seeded_calendar

CALENDAR = seeded_calendar()


def at(text: str) -> datetime:
    """`2018-10-15 10:00` in legal time."""
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def item(**changes: Any) -> dict[str, Any]:
    """A permit: 10 working days by law, 7 promised, counted from acceptance."""
    base: dict[str, Any] = {
        "item_type": "01",
        "clock_start": "accepted",
        "deemed": "after_5_work_days",
        "statutory_limit": {"value": 10, "unit": "work_day"},
        "promised_limit": {"value": 7, "unit": "work_day"},
        "extension": {"value": 5, "unit": "work_day"},
        "delivery_limit": {"value": 5, "unit": "work_day"},
    }
    return base | changes


def history(*events: tuple[str, str, dict[str, Any]], facts: ClockFacts = EMPTY) -> ClockFacts:
    """Fold `(type without "case.", time, data)`."""
    for kind, when, data in events:
        facts = evolve_clock(facts, f"case.{kind}", data, at(when))
    return facts


def accepted(when: str, **changes: Any) -> ClockFacts:
    return history(("submitted", when, {"item": item(**changes)}), ("accepted", when, {}))


def pause(sequence: int, start: str, end: str | None, name: str = "听证", **more: Any) -> list[Any]:
    started = {"sequence": sequence, "type": "B", "name": name, "stops_clock": True, "limit_days": 20} | more
    events: list[Any] = [("special_procedure_started", start, started)]
    if end:
        events.append(("special_procedure_ended", end, {"sequence": sequence, "name": name}))
    return events
