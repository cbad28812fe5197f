"""What anybody with the case number and the query code may see of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.cases.masking import applicant_masked
from services.cases.readmodels.prefix import History, histories
from services.cases.readmodels.timeline import AUDIENCES, PUBLIC
from shared.clock import LEGAL_ZONE
from shared.domain.legal_clock import EMPTY, evolve_clock, thresholds
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source
from shared.service.calendar import seeded_calendar

_DDL = """
CREATE TABLE summary (
    case_no text PRIMARY KEY,
    query_code text NOT NULL,
    item_name text NOT NULL,
    department_name text NOT NULL,
    applicant_masked text NOT NULL,
    status text NOT NULL,
    outcome text,
    submitted_at timestamptz NOT NULL,
    promised_due_on date
);
CREATE TABLE step (
    case_no text NOT NULL,
    version integer NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    step text,
    PRIMARY KEY (case_no, version)
);
"""
_SUMMARY = """
INSERT INTO summary (case_no, query_code, item_name, department_name, applicant_masked, status, outcome,
                     submitted_at, promised_due_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (case_no) DO UPDATE SET status = excluded.status, outcome = excluded.outcome,
    promised_due_on = excluded.promised_due_on
"""
_STEP = (
    "INSERT INTO step (case_no, version, at, type, step) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


class Progress(ReadModel):
    name = "progress"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = _DDL

    def __init__(self, calendar: WorkingCalendar | None = None) -> None:
        self._calendar = calendar

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        calendar = self._calendar or seeded_calendar()
        for history in histories(db, events):
            db.execute(_SUMMARY, _summary(history, calendar))
        for event in events:
            if AUDIENCES.get(event.type) == PUBLIC:
                case_no, step = event.data["case"]["case_no"], event.data.get("step")
                db.execute(_STEP, (case_no, event.version, event.occurred_at, event.type, step))


def _summary(history: History, calendar: WorkingCalendar) -> tuple[Any, ...]:
    submitted = history.first
    clock = EMPTY
    for event in history.events:
        clock = evolve_clock(clock, event.type, event.data, event.occurred_at)
    due_at = thresholds(clock, calendar).promised_due_at
    return (
        submitted["case"]["case_no"],
        submitted["query_code"],
        submitted["case"]["item_name"],
        submitted["case"]["department_name"],
        applicant_masked(submitted["applicant"]),
        history.state.status,
        history.state.outcome,
        history.events[0].occurred_at,
        due_at.astimezone(LEGAL_ZONE).date() if due_at else None,
    )
