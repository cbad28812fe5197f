"""When a case is acted on although nobody acts: deemed acceptance, and lapse for want of a supplement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from services.cases.domain import CaseState, deemed_due_at
from services.cases.readmodels.prefix import histories
from services.cases.readmodels.recent import History
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import Row, insert_new
from shared.service.calendar import seeded_calendar

DEEMED, LAPSE = "deemed", "lapse"

_DDL = """
CREATE TABLE due (
    case_no text NOT NULL,
    kind text NOT NULL,
    stream uuid NOT NULL,
    version integer NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (case_no, kind)
);
CREATE INDEX due_next ON due (due_at);
"""


_COLUMNS = ("case_no", "kind", "stream", "version", "due_at")


class Deadline(FoldedReadModel):
    """At most one row per case and kind; none for a case that waits for nothing."""

    name = "deadline"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = _DDL
    tables = (Table("due", _COLUMNS),)

    def __init__(self, calendar: WorkingCalendar | None = None) -> None:
        self._calendar = calendar

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        found = list(histories(db, events))
        db.execute("DELETE FROM due WHERE case_no = ANY(%s)", ([_case_no(each) for each in found],))
        insert_new(db, "due", _COLUMNS, [row for each in found for row in self._rows(each)])

    def fold(self, history: Sequence[Event]) -> Rows:
        return {"due": self._rows(History(history))}

    def _rows(self, history: History) -> list[Row]:
        case_no, calendar = _case_no(history), self._calendar or seeded_calendar()
        return [
            (case_no, kind, str(history.stream), history.version, due_at)
            for kind, due_at in deadlines(history.state, calendar)
        ]


def _case_no(history: History) -> str:
    return str(history.first["case"]["case_no"])


def deadlines(state: CaseState, calendar: WorkingCalendar) -> Iterator[tuple[str, datetime]]:
    deemed_at = deemed_due_at(state, calendar)
    if deemed_at is not None:
        yield DEEMED, deemed_at
    if state.status == "supplement_required" and state.supplement_due_at is not None:
        yield LAPSE, state.supplement_due_at
