"""What happened to a case: for people (timeline) and for programs (events)."""

from __future__ import annotations

from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import is_applicant, is_handling_staff, sees_personal_data
from services.cases.queries.case import visible_case
from services.cases.queries.titles import title
from services.cases.queries.words import lines
from services.cases.readmodels.timeline import APPLICANT, AUDIENCES, PUBLIC, STAFF, officer_in
from services.cases.streams import CaseFile
from shared.contracts.case_events import publish
from shared.eventstore.event import Event
from shared.security.actor import Actor
from shared.service.call import Answer, Call

TEXTS = (
    "receipt_no", "document_no", "notice_no", "decision_no", "outcome", "reason", "referral", "remedy",
    "step", "action", "opinion", "next_step", "name", "limit_days", "days", "result", "due_at", "deemed",
    "stage", "method", "ways", "amount_fen", "waybill_no", "carrier", "score", "kind", "flags",
)  # fmt: skip


def timeline(app: CasesApplication, call: Call) -> Answer:
    """Entries in order, up to `as_of` if that is given. Applicants see what concerns them, staff also what
    is internal."""
    file = visible_case(app, call)
    rows = app.db.fetch(
        "SELECT version, event_id::text AS id, at, type, audience, actor_id, actor_department"
        " FROM rm_timeline.entry WHERE case_no = %s AND audience = ANY(%s) ORDER BY version",
        (file.case_no, _audiences(call.actor, file)),
    )
    said = {event.version: event.data for event in file.events}
    shown = [_entry(row, said[row["version"]], call.language) for row in rows if row["version"] in said]
    return Answer({"items": shown, "next": None})


def events(app: CasesApplication, call: Call) -> Answer:
    """The stream. Who may not see personal data gets the published form of each event."""
    file = visible_case(app, call)
    audiences = _audiences(call.actor, file)
    whole = sees_personal_data(call.actor, file.state)
    shown = [_event(event, whole) for event in file.events if AUDIENCES.get(event.type, STAFF) in audiences]
    return Answer({"items": [each for each in shown if each], "next": None})


def _audiences(actor: Actor, file: CaseFile) -> list[str]:
    if is_applicant(actor, file.state) and not is_handling_staff(actor, file.state):
        return [PUBLIC, APPLICANT]
    return [PUBLIC, APPLICANT, STAFF]


def _entry(row: dict[str, Any], data: dict[str, Any], language: str) -> dict[str, Any]:
    name = officer_in(data).get("name")
    texts = {name: data[name] for name in TEXTS if data.get(name) not in (None, "", [])}
    return {
        "version": row["version"],
        "id": row["id"],
        "at": row["at"].isoformat(),
        "type": row["type"],
        "title": title(row["type"], language),
        "public": row["audience"] == PUBLIC,
        "audience": row["audience"],
        "actor": {"id": row["actor_id"], "name": name, "department": row["actor_department"]},
        "actor_name": name,
        "texts": lines(texts, TEXTS, language),
    }


def _event(event: Event, whole: bool) -> dict[str, Any] | None:
    data = event.data if whole else publish(event)
    if data is None:
        return None
    return {
        "id": str(event.id),
        "version": event.version,
        "type": event.type,
        "occurred_at": event.occurred_at.isoformat(),
        "recorded_at": event.recorded_at.isoformat(),
        "schema_version": event.schema_version,
        "data": data,
        "metadata": event.metadata,
        "hash": event.hash.hex(),
    }
