"""What happened to a case: for people (timeline) and for programs (events)."""

from __future__ import annotations

from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import is_applicant, is_handling_staff, sees_personal_data
from services.cases.queries.case import visible_case
from services.cases.queries.titles import title
from services.cases.queries.words import lines
from services.cases.readmodels.timeline import APPLICANT, AUDIENCES, PUBLIC, STAFF, TEXTS
from services.cases.streams import CaseFile
from shared.contracts.case_events import publish
from shared.eventstore.event import Event
from shared.security.actor import Actor
from shared.service.call import Answer, Call


def timeline(app: CasesApplication, call: Call) -> Answer:
    """Entries in order, up to `as_of` if that is given. Applicants see what concerns them, staff also what
    is internal."""
    file = visible_case(app, call)
    rows = app.db.fetch(
        "SELECT version, event_id::text AS id, at, type, audience, actor_id, actor_name, actor_department,"
        " texts FROM rm_timeline.entry WHERE case_no = %s AND audience = ANY(%s)"
        " AND (%s OR version <= %s) ORDER BY version",
        (file.case_no, _audiences(call.actor, file), not call.params.get("as_of"), file.version),
    )
    return Answer({"items": [_entry(row, call.language) for row in rows], "next": None})


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


def _entry(row: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "version": row["version"],
        "id": row["id"],
        "at": row["at"].isoformat(),
        "type": row["type"],
        "title": title(row["type"], language),
        "public": row["audience"] == PUBLIC,
        "audience": row["audience"],
        "actor": {"id": row["actor_id"], "name": row["actor_name"], "department": row["actor_department"]},
        "actor_name": row["actor_name"],
        "texts": lines(row["texts"], TEXTS, language),
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
