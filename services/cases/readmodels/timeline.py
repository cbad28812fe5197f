"""A case's history as people read it: one entry per event, with who may see it.

Names and words are not in it: they may be personal, and are read from the event when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import insert_new

PUBLIC, APPLICANT, STAFF = "public", "applicant", "staff"

AUDIENCES = {
    "case.submitted": PUBLIC,
    "case.pre_reviewed": PUBLIC,
    "case.supplement_requested": PUBLIC,
    "case.supplemented": PUBLIC,
    "case.accepted": PUBLIC,
    "case.not_accepted": PUBLIC,
    "case.claimed": STAFF,
    "case.transferred": STAFF,
    "case.recalled": STAFF,
    "case.step_recorded": PUBLIC,
    "case.special_procedure_started": PUBLIC,
    "case.special_procedure_ended": PUBLIC,
    "case.extended": PUBLIC,
    "case.decided": PUBLIC,
    "case.completed": PUBLIC,
    "case.originals_verified": APPLICANT,
    "case.fee_paid": APPLICANT,
    "case.result_ready": PUBLIC,
    "case.dispatched": PUBLIC,
    "case.delivered": PUBLIC,
    "case.rated": APPLICANT,
    "case.withdrawn": PUBLIC,
    "case.lapsed": PUBLIC,
    "case.voided": PUBLIC,
    "case.urged": APPLICANT,
    "case.corrected": STAFF,
    "case.acceptance_revoked": PUBLIC,
    "case.result_revoked": PUBLIC,
    "case.subject_erased": PUBLIC,
}
"""Who sees that it happened. The public sees the stage and nothing of its words (CASE-40, AMB-44)."""

_DDL = """
CREATE TABLE entry (
    case_no text NOT NULL,
    version integer NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    audience text NOT NULL,
    actor_id text,
    actor_department text,
    PRIMARY KEY (case_no, version)
);
"""
_COLUMNS = (
    "case_no", "version", "event_id", "at", "type", "audience", "actor_id", "actor_department",
)  # fmt: skip


class Timeline(FoldedReadModel):
    name = "timeline"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = _DDL
    tables = (Table("entry", _COLUMNS),)

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        insert_new(db, "entry", _COLUMNS, [_row(event) for event in events])

    def fold(self, history: Sequence[Event]) -> Rows:
        return {"entry": [_row(event) for event in history]}


def officer_in(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who of the staff did it; a special procedure names whoever asked for it. Empty where nobody did."""
    found = data.get("officer") or data.get("requested_by")
    return found if isinstance(found, Mapping) else {}


def _row(event: Event) -> tuple[Any, ...]:
    officer = officer_in(event.data)
    by = event.data.get("by") or event.data.get("submitted_by") or {}
    return (
        event.data["case"]["case_no"],
        event.version,
        str(event.id),
        event.occurred_at,
        event.type,
        AUDIENCES.get(event.type, STAFF),
        officer.get("id") or (by.get("id") if isinstance(by, dict) else None),
        officer.get("department_name"),
    )
