"""When a case is due, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.streams import CaseFile
from shared.domain.legal_clock import EMPTY, evolve_clock, read_clock


def reading(app: CasesApplication, file: CaseFile, now: datetime, language: str) -> dict[str, Any]:
    """The legal clock's answer: the very function the work list and the supervisor show."""
    facts = EMPTY
    for event in file.events:
        facts = evolve_clock(facts, event.type, event.data, event.occurred_at)
    shown = "en" if language.lower().startswith("en") else "zh"
    return read_clock(facts, app.calendar, now, language=shown).as_dict()
