"""An application comes in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands import numbers
from services.cases.commands.append import append_facts, dated, plain
from services.cases.commands.applicants import (
    acts_for_another,
    applies_as_a_person,
    check_documents,
    default_source,
    require_real_name,
    subject_of,
    submitting_party,
    tidy,
)
from services.cases.commands.files import require_files
from services.cases.commands.questions import (
    Known,
    is_marked_own,
    is_own_number,
    item_snapshot,
    known_here,
    own_number,
)
from services.cases.domain import INITIAL, decide
from services.cases.domain.commands import Party, Submit
from shared.clock import LEGAL_ZONE
from shared.domain.case_number import case_stream
from shared.domain.decision import Fact, Refusal
from shared.domain.legal_clock import EMPTY, evolve_clock, thresholds
from shared.eventstore.command import First, asking
from shared.eventstore.store import UnitOfWork
from shared.problems import Problem, conflict
from shared.service.call import Answer, Call
from shared.service.execute import execute, refused

_BEGIN = asking("begin_submission", ("text", "date", "text", "text[]"), "begin_submission($4, $5, $6, $7)")


@dataclass(frozen=True, slots=True)
class Application:
    """What is known of an application before its transaction."""

    body: dict[str, Any]
    item: dict[str, Any]
    party: Party
    for_another: bool = False


def submit_case(app: CasesApplication, call: Call) -> Answer:
    """Store `case.submitted` with the item as it is published now. Exactly once per idempotency key."""
    party = submitting_party(call.actor)
    require_real_name(call.actor, party, app.settings.real_name_level)
    check_documents(call.body, _today(app))
    item = app.items.held(call.body["item_code"])
    application = Application(call.body, item or {}, party)
    answer = _at_once(app, call, application) if item else None
    return answer or _one_by_one(app, call, application)


def _at_once(app: CasesApplication, call: Call, application: Application) -> Answer | None:
    """With what is known of it and the item: two ways to the database. None where anything else is needed or
    speaks against it, so that all refusals come from the other way, after a look at the key."""
    body, party = application.body, application.party
    if any(material.get("file_id") for material in body["materials"]):
        return None
    number = body["applicant"].get("id_no")
    if applies_as_a_person(party, body) and not is_marked_own(app, call, number):
        return None
    day = _today(app)
    try:
        draft = _command(call, application, case_no="?")
        _decide(app, draft)
        counter = numbers.counter_of(application.item, app.settings.number_scope)
    except Problem:
        return None
    subjects = list({call.actor.id, draft.applicant["subject_id"] or call.actor.id})
    first = First(_BEGIN, (counter, day, call.actor.id, subjects))
    try:
        return execute(app, call, lambda unit: _counted(app, call, unit, application, day), first)
    except _Erased:
        return None


class _Erased(Exception):
    """The actor's data was erased here: what their token says of them counts no more."""


def _counted(
    app: CasesApplication, call: Call, unit: UnitOfWork, application: Application, day: date
) -> Answer:
    number = unit.first["number"]
    if number is None:
        raise _Erased
    return _store(app, call, unit, application, numbers.counted(application.item, day, number))


def _one_by_one(app: CasesApplication, call: Call, application: Application) -> Answer:
    """The item is asked for only after a look at the key. Where it was all that was missing, the rest goes at
    once; where it was at hand and more was missing, a lease that ended meanwhile is asked for anew."""
    known = known_here(app, call)
    if not known.answered:
        anew = not application.item
        item = item_snapshot(app, application.body["item_code"], anew=anew)
        application = replace(application, item=item)
        if anew and (answer := _at_once(app, call, application)):
            return answer
        application = _asked(app, call, known, application)
    return execute(app, call, lambda unit: _submit(app, call, unit, application))


def _asked(app: CasesApplication, call: Call, known: Known, application: Application) -> Application:
    """With what identity knows: whether the applicant is the one who is signed in."""
    body, party, item = application.body, application.party, application.item
    own = not applies_as_a_person(party, body)
    own = own or is_own_number(app, call, known, body["applicant"].get("id_no"))
    for_another = not own and acts_for_another(
        own_number(app, call), body, item, _materials(body["materials"], item)
    )
    return replace(application, for_another=for_another)


def _submit(app: CasesApplication, call: Call, unit: UnitOfWork, application: Application) -> Answer:
    body, item = application.body, application.item
    require_files(unit.cursor, call.actor, body["materials"], set())
    draft = _command(call, application, case_no="?")
    _decide(app, draft)  # everything that can refuse does so before the counter's row is locked
    case_no = numbers.next_case_no(unit.cursor, item, _today(app), app.settings.number_scope)
    return _store(app, call, unit, application, case_no)


def _store(
    app: CasesApplication, call: Call, unit: UnitOfWork, application: Application, case_no: str
) -> Answer:
    now = app.clock.now()
    command = _command(call, application, case_no)
    facts = _decide(app, command)
    version = len(append_facts(unit, case_stream(case_no), 0, dated(facts, now), call.metadata()))
    value = {
        "case_no": case_no,
        "query_code": command.query_code,
        "receipt_no": command.receipt_no,
        "status": facts[-1].data["status"],
        "promised_due_on": promised_due_on(app, facts),
    }
    return Answer(value, 201, version=version, personal=True)


def _today(app: CasesApplication) -> date:
    """The legal day."""
    return app.clock.now().astimezone(LEGAL_ZONE).date()


def _command(call: Call, application: Application, case_no: str) -> Submit:
    body = plain(application.body)
    applicant = tidy(body["applicant"]) or {}
    subject_id = None
    if not application.for_another:
        subject_id = subject_of(call.actor, application.party, applicant)
    return Submit(
        case_no=case_no,
        receipt_no=numbers.receipt_no(case_no),
        query_code=numbers.query_code(),
        item=application.item,
        application_form=body["application_form"],
        applicant={**applicant, "subject_id": subject_id},
        submitted_by=application.party,
        source=body.get("source") or default_source(application.party),
        situation=body.get("situation"),
        contact=tidy(body.get("contact")),
        form=body["form"],
        materials=_materials(body["materials"], application.item),
        delivery=body.get("delivery"),
        project_no=body.get("project_no"),
    )


def _materials(handed_in: list[dict[str, Any]], item: dict[str, Any]) -> list[dict[str, Any]]:
    """Named as the item names them; an upload or a certificate is received by being there."""
    names = {material["code"]: material["name"] for material in item.get("materials") or ()}
    return [
        {
            **material,
            "name": material.get("name") or names.get(material["code"], material["code"]),
            "received": material.get("received", material["method"] != "paper" or material["quantity"] > 0),
        }
        for material in handed_in
    ]


def _decide(app: CasesApplication, command: Submit) -> list[Fact]:
    try:
        return decide(INITIAL, command, at=app.clock.now(), calendar=app.calendar)
    except Refusal as refusal:
        if refusal.field is None:
            raise conflict(refusal.code, refusal.detail) from refusal
        raise refused(refusal) from refusal


def promised_due_on(app: CasesApplication, facts: list[Fact]) -> str | None:
    """The promised day as it can be told at submission: None where the clock starts with acceptance."""
    clock = EMPTY
    for fact in facts:
        clock = evolve_clock(clock, fact.type, fact.data, app.clock.now())
    due_at = thresholds(clock, app.calendar).promised_due_at
    return due_at.astimezone(LEGAL_ZONE).date().isoformat() if due_at else None
