"""One row per case: what lists, filters and counts need, with the moments the colour changes at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.cases.masking import applicant_masked
from services.cases.readmodels.prefix import histories
from services.cases.readmodels.recent import History
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import Row, upsert
from shared.service.calendar import seeded_calendar

_DDL = """
CREATE TABLE entry (
    case_no text PRIMARY KEY,
    stream uuid NOT NULL UNIQUE,
    version integer NOT NULL,
    external_id text,
    item_code text NOT NULL,
    item_name text NOT NULL,
    case_type text NOT NULL,
    application_form text,
    department_code text NOT NULL,
    department_name text NOT NULL,
    handling_department_code text NOT NULL,
    region_code text,
    source text NOT NULL,
    status text NOT NULL,
    applicant_masked text NOT NULL,
    subject_id text,
    submitted_by text,
    assignee text,
    current_step text,
    outcome text,
    submitted_at timestamptz NOT NULL,
    accepted_at timestamptz,
    completed_at timestamptz,
    updated_at timestamptz NOT NULL,
    clock_state text NOT NULL,
    statutory_due_at timestamptz,
    promised_due_at timestamptz,
    warning_at timestamptz,
    yellow_at timestamptz,
    red_at timestamptz,
    closed_colour text,
    provisional boolean NOT NULL
);
CREATE INDEX entry_newest ON entry (submitted_at DESC, case_no DESC);
CREATE INDEX entry_handled_for_others ON entry (handling_department_code, submitted_at DESC, case_no DESC)
    WHERE handling_department_code <> department_code;
CREATE INDEX entry_own_department ON entry (department_code, submitted_at DESC, case_no DESC);
CREATE INDEX entry_subject ON entry (subject_id, submitted_at DESC);
CREATE INDEX entry_submitted_by ON entry (submitted_by, submitted_at DESC);
CREATE INDEX entry_status ON entry (status, submitted_at DESC);
CREATE INDEX entry_item ON entry (item_code, submitted_at DESC);
CREATE INDEX entry_assignee ON entry (assignee, submitted_at DESC) WHERE assignee IS NOT NULL;
CREATE INDEX entry_external ON entry (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX entry_due ON entry (promised_due_at) WHERE closed_colour IS NULL;
"""

COLUMNS = tuple(
    line.split()[0] for line in _DDL.split("(", 1)[1].split(");", 1)[0].splitlines() if line.strip()
)


class WorkList(FoldedReadModel):
    """Due moments follow `calendar`; a row of an open case is computed anew with each of its events."""

    name = "work_list"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = _DDL
    tables = (Table("entry", COLUMNS),)

    def __init__(self, calendar: WorkingCalendar | None = None) -> None:
        self._calendar = calendar

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        upsert(db, "entry", COLUMNS, ("case_no",), [self._row(history) for history in histories(db, events)])

    def fold(self, history: Sequence[Event]) -> Rows:
        return {"entry": [self._row(History(history))]}

    def _row(self, history: History) -> Row:
        values = row(history, self._calendar or seeded_calendar())
        return [values[name] for name in COLUMNS]


def row(history: History, calendar: WorkingCalendar) -> dict[str, Any]:
    return {
        "stream": str(history.stream),
        "version": history.version,
        **_application(history),
        **_handling(history),
        **_clock(history, calendar),
    }


def _application(history: History) -> dict[str, Any]:
    state, submitted = history.state, history.first
    case = submitted["case"]
    department = case.get("department_code") or ""
    return {
        "case_no": case["case_no"],
        "external_id": submitted.get("external_id"),
        "item_code": case["item_code"],
        "item_name": case["item_name"],
        "case_type": state.case_type,
        "application_form": case.get("application_form"),
        "department_code": department,
        "department_name": case.get("department_name") or "",
        "handling_department_code": state.handling_department_code or department,
        "region_code": case.get("region_code"),
        "source": case["source"],
        "applicant_masked": applicant_masked(submitted["applicant"]),
        "subject_id": state.subject_id,
        "submitted_by": state.submitted_by,
        "submitted_at": history.events[0].occurred_at,
    }


def _handling(history: History) -> dict[str, Any]:
    state = history.state
    return {
        "status": state.status,
        "assignee": state.assignee,
        "current_step": state.current_step if state.is_open else None,
        "outcome": state.outcome,
        "accepted_at": state.accepted_at,
        "completed_at": _first(history, "case.completed"),
        "updated_at": history.events[-1].occurred_at,
    }


def _clock(history: History, calendar: WorkingCalendar) -> dict[str, Any]:
    due = history.clock(calendar)
    return {
        "clock_state": due.state,
        "statutory_due_at": due.statutory_due_at,
        "promised_due_at": due.promised_due_at,
        "warning_at": due.warning_at,
        "yellow_at": due.yellow_at,
        "red_at": due.red_at,
        "closed_colour": due.closed_colour,
        "provisional": due.provisional,
    }


def _first(history: History, type: str) -> Any:
    return next((event.occurred_at for event in history.events if event.type == type), None)
