"""One case, now or at a past moment. Read from its stream, so it is never behind its last command."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import require_visible, sees_personal_data
from services.cases.commands.act import actions_for
from services.cases.masking import mask_person
from services.cases.queries.clock import reading
from services.cases.queries.documents import documents_of
from services.cases.streams import CaseFile, as_corrected, open_case
from shared.domain.case_number import case_stream
from shared.domain.erased import ERASED
from shared.eventstore.rows import COLUMNS, to_events
from shared.problems import FieldError, invalid
from shared.service.call import Answer, Call

_SUBMITTED = f"""
SELECT {COLUMNS} FROM public.events
WHERE stream = ANY(%s::uuid[]) AND (version = 1 OR type = 'case.corrected') ORDER BY stream, version
"""  # noqa: S608


def visible_case(app: CasesApplication, call: Call) -> CaseFile:
    """The case of `no`, as of `as_of` if that is given. 404 for what the actor may not see.

    Who may see it is judged by its state now: what became yours is yours with its past.
    """
    file = open_case(app.store, call.params["no"])
    require_visible(call.actor, file.state)
    as_of = call.params.get("as_of")
    if as_of is None:
        return file
    if as_of > app.clock.now():
        raise invalid([FieldError("as_of", "in_the_future", "this moment is still to come")])
    return open_case(app.store, file.case_no, as_of)


def case_answer(app: CasesApplication, call: Call) -> Answer:
    file = visible_case(app, call)
    as_of = call.params.get("as_of")
    value = _facts(file) | _persons(file, whole=sees_personal_data(call.actor, file.state))
    value |= {
        "clock": reading(app, file, as_of or app.clock.now(), call.language),
        "documents": documents_of(file.in_force),
        "allowed_actions": [] if as_of else actions_for(call.actor, file.state),
        "as_of": as_of.isoformat() if as_of else None,
    }
    return Answer(value, version=file.version)


def contacts(app: CasesApplication, call: Call) -> Answer:
    """Whom to tell about some cases, by their numbers; null for a number that no case has.

    For `notify` alone: nobody else is given numbers and addresses.
    """
    streams = {no: case_stream(no) for no in call.body["cases"]}
    with app.db.at_once() as cursor:
        cursor.execute(_SUBMITTED, ([str(stream) for stream in streams.values()],))
        found = to_events(cursor, cursor.fetchall(), app.name)
    first = {
        stream: as_corrected(list(events))[0] for stream, events in groupby(found, lambda event: event.stream)
    }
    submitted = {no: first[stream].data for no, stream in streams.items() if stream in first}
    return Answer({no: _contact(submitted[no]) if no in submitted else None for no in streams})


def _contact(submitted: Mapping[str, Any]) -> dict[str, Any]:
    names = ("name", "phone", "email")
    return {
        "applicant": _kept(submitted["applicant"], ("subject_id", "type", *names)),
        "contact": _kept(submitted.get("contact") or {}, names),
        "case": submitted["case"],
    }


def _kept(person: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """None where nothing is known, or no more: nobody is to be written to at 已删除."""
    return {name: None if person.get(name) == ERASED else person.get(name) for name in names}


def _facts(file: CaseFile) -> dict[str, Any]:
    state, submitted = file.state, file.in_force[0].data
    return {
        "case_no": file.case_no,
        "external_id": submitted.get("external_id"),
        "receipt_no": submitted.get("receipt_no"),
        "status": state.status,
        "version": file.version,
        "outcome": state.outcome,
        "case": dict(state.case),
        "case_type": state.case_type,
        "situation": state.situation,
        "item": dict(state.item),
        "materials": _handed_in(file),
        "missing_materials": state.missing_materials,
        "delivery": submitted.get("delivery"),
        "project_no": submitted.get("project_no"),
        "assignee": state.assignee,
        "handling_department_code": state.handling_department_code,
        "current_step": state.current_step if state.is_open else None,
        "deemed": state.deemed,
        "special_procedures": [
            {"sequence": each.sequence, "name": each.name, "stops_clock": each.stops_clock, "open": each.open}
            for each in state.special_procedures
        ],
        **_moments(file),
    }


def _handed_in(file: CaseFile) -> list[dict[str, Any]]:
    return [
        material
        for event in file.in_force
        if event.type in ("case.submitted", "case.supplemented")
        for material in event.data.get("materials") or ()
    ]


def _moments(file: CaseFile) -> dict[str, str | None]:
    state = file.state
    known = {
        "submitted_at": file.events[0].occurred_at,
        "accepted_at": state.accepted_at,
        "supplement_due_at": state.supplement_due_at,
        "decided_at": state.decided_at,
        "closed_at": state.closed_at,
        "updated_at": file.events[-1].occurred_at,
    }
    return {name: at.isoformat() if at else None for name, at in known.items()}


def _persons(file: CaseFile, *, whole: bool) -> dict[str, Any]:
    submitted = file.in_force[0].data
    if whole:
        return {
            "applicant": submitted["applicant"],
            "contact": submitted.get("contact"),
            "form": submitted.get("form") or {},
            "query_code": submitted.get("query_code"),
        }
    delivery = submitted.get("delivery")
    return {
        "applicant": mask_person(submitted["applicant"]),
        "contact": mask_person(submitted.get("contact")),
        "form": {},
        "query_code": None,
        "delivery": {"method": delivery.get("method")} if delivery else None,
    }
