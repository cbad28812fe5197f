"""An action on a case: the one way a person changes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import is_applicant, permitted, require_may_act, require_permission
from services.cases.commands.actions import Request, command_for
from services.cases.commands.append import append_facts, dated, plain
from services.cases.commands.files import require_files
from services.cases.commands.numbers import DocumentNumbers
from services.cases.commands.second_officer import ask_second_officer
from services.cases.domain import CaseState, allowed_actions, decide, evolve
from services.cases.domain.commands import Officer, Party
from services.cases.domain.corrections import not_correctable
from services.cases.domain.decisions.acceptance import deferred
from services.cases.streams import CaseFile, open_case
from shared.clock import LEGAL_ZONE
from shared.contracts.cases import ACTIONS, ActionContract
from shared.domain.decision import Fact, Refusal
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, invalid, not_found, stale_version
from shared.security.actor import Actor
from shared.service.call import Answer, Call
from shared.service.execute import execute, refused
from shared.service.operation import load


@dataclass(frozen=True, slots=True)
class Step:
    """One try of one action, on the case as it is now."""

    app: CasesApplication
    call: Call
    unit: UnitOfWork
    file: CaseFile
    now: datetime


def act_on_case(app: CasesApplication, call: Call) -> Answer:
    """Load, authorise, decide, append, in one transaction; again on the new state if somebody was faster.

    The order of refusals tells nobody of a case that isn't theirs: the role (403), the case (404), the
    version (412), the body (422), the transition (409).
    """
    action = call.params.get("action", "")
    contract = ACTIONS.get(action)
    if contract is None:
        raise not_found(f"action {action}")
    require_permission(call.actor, contract.permissions)
    second = ask_second_officer(app, call, action)

    def work(unit: UnitOfWork) -> Answer:
        step = Step(app, call, unit, open_case(unit, str(call.params.get("no", ""))), app.clock.now())
        _authorise(step, contract)
        body = load(contract.schema, call.body, "body")
        _check_body(step, action, body)
        if second is not None:
            body[second.field]["name"] = second.name(call.actor)
        _check_changes(step, action, body)
        return _append(step, _decide(step, action, body))

    return execute(app, call, work)


def _authorise(step: Step, contract: ActionContract) -> None:
    """Who first, then whether they looked at the present version."""
    require_may_act(step.call.actor, step.file.state, contract.permissions)
    wanted = step.call.if_match
    if wanted is not None and wanted != step.file.version:
        raise stale_version(wanted, step.file.version)


def _check_body(step: Step, action: str, body: dict[str, Any]) -> None:
    """What only the case can tell about the body, beyond the domain's own guards."""
    if action == "supplement":
        require_files(step.unit.cursor, step.call.actor, body["materials"], _files_of(step.file))
    if action == "correct" and body["corrects"] not in {str(event.id) for event in step.file.events}:
        raise invalid([FieldError("corrects", "unknown_event", "this case has no such event")])
    if action == "accept" and body.get("deferred_materials"):
        may_follow = {row["code"] for row in deferred(step.file.state)}
        wrong = [
            FieldError(f"deferred_materials.{index}", "not_deferrable", f"{code} may not follow later")
            for index, code in enumerate(body["deferred_materials"])
            if code not in may_follow
        ]
        if wrong:
            raise invalid(wrong)


def _check_changes(step: Step, action: str, body: dict[str, Any]) -> None:
    """Of a correction, once it is sure that another may release it."""
    if action != "correct":
        return
    wrong = next(event for event in step.file.in_force if str(event.id) == body["corrects"])
    stays = not_correctable(wrong.type, wrong.data, body["changes"])
    if stays:
        why = "no correction changes this in such an event, or not to such a value"
        raise invalid([FieldError(f"changes.{path}", "not_correctable", why) for path in stays])


def _decide(step: Step, action: str, body: dict[str, Any]) -> list[Fact]:
    """Raises the problem with the case's status and version, so that the caller can draw it anew."""
    state = step.file.state
    try:
        command = command_for(action, _request(step, body))
        return decide(state, command, at=step.now, calendar=step.app.calendar)
    except Refusal as refusal:
        raise refused(refusal, current_status=state.status, version=step.file.version) from refusal


def _request(step: Step, body: dict[str, Any]) -> Request:
    state, calendar = step.file.state, step.app.calendar
    today = step.now.astimezone(LEGAL_ZONE).date()
    department = state.handling_department_code or state.department_code or ""
    last_day = calendar.add_working_days(today, step.app.settings.supplement_days)
    moments = {name: value for name, value in body.items() if isinstance(value, datetime)}
    return Request(
        body=plain(body) | moments,  # commands take moments as datetime, nested parts as JSON
        officer=officer_of(step.call.actor),
        by=Party(step.call.actor.id, _part(step.call.actor, state)),
        numbers=DocumentNumbers(step.unit.cursor, department, today.year),
        supplement_due=calendar.end_of(last_day),
        state=state,
    )


def _append(step: Step, facts: list[Fact]) -> Answer:
    file, actor = step.file, step.call.actor
    events = append_facts(step.unit, file.stream, file.version, dated(facts, step.now), step.call.metadata())
    version = file.version + len(events)
    after = _after(file.state, facts, step.now)
    value = {
        "case_no": file.case_no,
        "status": after.status,
        "version": version,
        "numbers": _numbers(facts),
        "allowed_actions": actions_for(actor, after),
    }
    return Answer(value, version=version)


def _after(state: CaseState, facts: list[Fact], now: datetime) -> CaseState:
    for fact in facts:
        state = evolve(state, fact.type, fact.data, now)
    return state


def _numbers(facts: list[Fact]) -> dict[str, str]:
    """The numbers that papers of these facts carry, given by the caller or by us."""
    names = ("document_no", "notice_no", "decision_no")
    given = {name: fact.data[name] for fact in facts for name in names if fact.data.get(name)}
    for fact in facts:
        number = (fact.data.get("certificate") or {}).get("no")
        given |= {"certificate_no": number} if number else {}
    return given


def actions_for(actor: Actor, state: CaseState) -> list[str]:
    """What the state allows now and this actor may do: the buttons of their page."""
    return [
        action
        for action in allowed_actions(state)
        if action in ACTIONS and permitted(actor, state, ACTIONS[action].permissions)
    ]


def officer_of(actor: Actor) -> Officer:
    return Officer(actor.id, actor.name, actor.department_code, actor.department_name)


def _part(actor: Actor, state: CaseState) -> str:
    """In which part somebody acts: for themselves or an applicant, or as staff."""
    return "applicant" if is_applicant(actor, state) and not actor.department_code else "staff"


def _files_of(file: CaseFile) -> set[str]:
    """Files the case holds already: whoever may act on it may name them again."""
    return {
        material["file_id"]
        for event in file.events
        for material in event.data.get("materials") or ()
        if isinstance(material, dict) and material.get("file_id")
    }
