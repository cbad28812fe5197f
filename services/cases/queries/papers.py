"""Clock, documents and exchange tables of one case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import sees_personal_data
from services.cases.commands.files import file_reference
from services.cases.exchange.codes import ZONE_NAME
from services.cases.exchange.tables import exchange_tables
from services.cases.masking import mask_person
from services.cases.queries.case import visible_case
from services.cases.queries.clock import reading
from services.cases.queries.documents import documents_of
from shared.eventstore.event import Event
from shared.service.call import Answer, Call


def clock_answer(app: CasesApplication, call: Call) -> Answer:
    file = visible_case(app, call)
    value = {
        "case_no": file.case_no,
        **reading(app, file, call.params.get("as_of") or app.clock.now(), call.language),
    }
    return Answer(value, version=file.version)


def documents(app: CasesApplication, call: Call) -> Answer:
    file = visible_case(app, call)
    return Answer({"items": documents_of(file.in_force), "next": None}, version=file.version)


def exchange(app: CasesApplication, call: Call) -> Answer:
    """Whole for the department and the applicant; persons are masked for everybody else."""
    file = visible_case(app, call)
    events: Sequence[Event] = file.in_force
    if not sees_personal_data(call.actor, file.state):
        events = [replace(event, data=_masked(event.data)) for event in events]
    tables = exchange_tables(file.case_no, events, lambda file_id: file_reference(app, file_id))
    return Answer({"case_no": file.case_no, "time_zone": ZONE_NAME, **tables}, version=file.version)


def _masked(data: dict[str, Any]) -> dict[str, Any]:
    return data | {name: mask_person(data[name]) for name in ("applicant", "contact") if data.get(name)}
