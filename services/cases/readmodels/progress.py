"""What anybody with the case number and the query code may see of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.cases.masking import applicant_masked
from services.cases.readmodels.prefix import histories
from services.cases.readmodels.recent import History
from services.cases.readmodels.timeline import AUDIENCES, PUBLIC
from shared.clock import LEGAL_ZONE
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import Row, insert_new, upsert
from shared.service.calendar import seeded_calendar

_DDL = """
CREATE TABLE summary (
    case_no text PRIMARY KEY,
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
_SUMMARY = (
    "case_no", "item_name", "department_name", "applicant_masked", "status", "outcome",
    "submitted_at", "promised_due_on",
)  # fmt: skip
_STEP = ("case_no", "version", "at", "type", "step")


class Progress(FoldedReadModel):
    name = "progress"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = _DDL
    tables = (Table("summary", _SUMMARY), Table("step", _STEP))

    def __init__(self, calendar: WorkingCalendar | None = None) -> None:
        self._calendar = calendar

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        summaries = [self._summary(history) for history in histories(db, events)]
        upsert(db, "summary", _SUMMARY, ("case_no",), summaries)
        insert_new(db, "step", _STEP, _steps(events))

    def fold(self, history: Sequence[Event]) -> Rows:
        return {"summary": [self._summary(History(history))], "step": _steps(history)}

    def _summary(self, history: History) -> Row:
        return _summary(history, self._calendar or seeded_calendar())


def _steps(events: Sequence[Event]) -> list[Row]:
    return [
        (event.data["case"]["case_no"], event.version, event.occurred_at, event.type, event.data.get("step"))
        for event in events
        if AUDIENCES.get(event.type) == PUBLIC
    ]


def _summary(history: History, calendar: WorkingCalendar) -> tuple[Any, ...]:
    submitted = history.first
    due_at = history.clock(calendar).promised_due_at
    return (
        submitted["case"]["case_no"],
        submitted["case"]["item_name"],
        submitted["case"]["department_name"],
        applicant_masked(submitted["applicant"]),
        history.state.status,
        history.state.outcome,
        history.events[0].occurred_at,
        due_at.astimezone(LEGAL_ZONE).date() if due_at else None,
    )
