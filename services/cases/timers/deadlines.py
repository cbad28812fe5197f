"""Fires what is due by itself, exactly once: found by due time, never by looking through open cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from services.cases.bootstrap import CasesApplication
from services.cases.commands.append import append_facts, dated
from services.cases.commands.numbers import DocumentNumbers
from services.cases.domain import DeemAccepted, Lapse, decide
from services.cases.domain.commands import Command
from services.cases.readmodels.deadline import DEEMED
from services.cases.streams import CaseFile, open_case
from shared.clock import LEGAL_ZONE
from shared.domain.decision import Refusal
from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Metadata
from shared.eventstore.store import UnitOfWork

log = structlog.get_logger(__name__)

# The row of the read model stays until the projector has seen our event, so what was fired is
# remembered beside it: else the timer would find the same row again at once.
_CLAIM = """
SELECT d.case_no, d.kind, d.stream::text, d.due_at FROM rm_deadline.due d
WHERE d.due_at < %s AND NOT EXISTS (
    SELECT FROM fired_deadline f WHERE f.stream = d.stream AND f.kind = d.kind AND f.due_at = d.due_at
)
ORDER BY d.due_at LIMIT 1 FOR UPDATE OF d SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Due:
    case_no: str
    kind: str
    stream: str
    due_at: datetime


def fire_deadlines(app: CasesApplication) -> int:
    """One transaction per case; answers how many rows were dealt with, at most a batch."""
    count = 0
    while count < app.settings.deadline_batch and _fire_next(app):
        count += 1
    return count


def _fire_next(app: CasesApplication) -> bool:
    """False when nothing is due, or somebody acted on the case meanwhile: the next round sees it anew."""
    try:
        with app.store.unit_of_work() as unit:
            unit.cursor.execute(_CLAIM, (app.clock.now(),))
            row = unit.cursor.fetchone()
            if row is None:
                return False
            _fire(app, unit, Due(*row))
    except StaleVersion:
        return False
    return True


def _fire(app: CasesApplication, unit: UnitOfWork, due: Due) -> None:
    now = app.clock.now()
    file = open_case(unit, due.case_no)
    try:
        # Asked with a blank number first: a refusal is remembered, and must not leave a gap behind.
        decide(file.state, _command(due.kind, "?"), at=now, calendar=app.calendar)
    except Refusal as refusal:
        outcome = refusal.code  # the case moved on before the read model did: nothing is due any more
    else:
        command = _command(due.kind, _number(unit, file, due.kind, now))
        facts = decide(file.state, command, at=now, calendar=app.calendar)
        cause = f"{due.kind}:{due.due_at.isoformat()}"
        metadata = Metadata(actor=f"service:{app.name}", role="timer", causation_id=cause)
        append_facts(unit, file.stream, file.version, dated(facts, now), metadata)
        outcome = "fired"
    unit.cursor.execute(
        "INSERT INTO fired_deadline (stream, kind, due_at, outcome, fired_at) VALUES (%s, %s, %s, %s, %s)",
        (due.stream, due.kind, due.due_at, outcome, now),
    )
    log.info("deadline_fired", case_no=due.case_no, kind=due.kind, outcome=outcome)


def _command(kind: str, number: str) -> Command:
    return DeemAccepted(document_no=number) if kind == DEEMED else Lapse()


def _number(unit: UnitOfWork, file: CaseFile, kind: str, now: datetime) -> str:
    if kind != DEEMED:
        return ""
    year = now.astimezone(LEGAL_ZONE).year
    return DocumentNumbers(unit.cursor, file.state.department_code or "", year).next("acceptance")
