"""When a case is acted on although nobody acts: deemed acceptance, and lapse for want of a supplement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from services.cases.domain import CaseState, deemed_due_at
from services.cases.readmodels.prefix import histories
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source
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


class Deadline(ReadModel):
    """At most one row per case and kind; none for a case that waits for nothing."""

    name = "deadline"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = _DDL

    def __init__(self, calendar: WorkingCalendar | None = None) -> None:
        self._calendar = calendar

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        calendar = self._calendar or seeded_calendar()
        for history in histories(db, events):
            case_no = history.first["case"]["case_no"]
            db.execute("DELETE FROM due WHERE case_no = %s", (case_no,))
            for kind, due_at in deadlines(history.state, calendar):
                db.execute(
                    "INSERT INTO due (case_no, kind, stream, version, due_at) VALUES (%s, %s, %s, %s, %s)",
                    (case_no, kind, str(history.stream), history.version, due_at),
                )


def deadlines(state: CaseState, calendar: WorkingCalendar) -> Iterator[tuple[str, datetime]]:
    deemed_at = deemed_due_at(state, calendar)
    if deemed_at is not None:
        yield DEEMED, deemed_at
    if state.status == "supplement_required" and state.supplement_due_at is not None:
        yield LAPSE, state.supplement_due_at
