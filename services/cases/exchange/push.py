"""Process messages from department systems: stored as they state it, whatever our guards say."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import is_handling_staff
from services.cases.commands.append import Dated, append_facts, plain
from services.cases.commands.questions import answered_before
from services.cases.domain import evolve, record
from services.cases.exchange.facts_of_messages import Stated, facts_of
from services.cases.streams import CaseFile, open_case
from shared.contracts.process_messages import MESSAGES, Message, kind_of
from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Metadata
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, Problem, conflict, invalid, not_found
from shared.security.actor import Actor
from shared.service.call import Answer, Call
from shared.service.execute import ATTEMPTS, execute
from shared.service.operation import load


@dataclass(frozen=True, slots=True)
class Pushed:
    """A validated message with the fingerprint of what was sent."""

    message: dict[str, Any]
    fingerprint: str
    department_code: str


def push_process(app: CasesApplication, call: Call) -> Answer:
    """Each message in a transaction of its own, in order; a bad one stops no other.

    Once per (department, message id, data version): the same again gets its answer again. The
    answers of the rows are in `items`; the whole is 200 even where rows are refused.
    """
    rows: list[dict[str, Any]] = []
    if not answered_before(app, call):
        rows = [_push(app, call, raw) for raw in call.body["messages"]]
    return execute(app, call, lambda unit: Answer({"items": rows}))


def _push(app: CasesApplication, call: Call, raw: dict[str, Any]) -> dict[str, Any]:
    try:
        return _store(app, call, _read(app, call.actor, raw))
    except Problem as problem:
        return {
            "message_id": raw.get("message_id"),
            "case_no": raw.get("case_no"),
            "result": "refused",
            "code": problem.code,
            "detail": problem.detail,
            "errors": [error.as_dict() for error in problem.errors],
        }


def _read(app: CasesApplication, actor: Actor, raw: dict[str, Any]) -> Pushed:
    if not actor.department_code:
        raise Problem(403, "no_department", "the account belongs to no department")
    kind = kind_of(raw)
    message = load(MESSAGES.get(kind or "", Message), raw, "message")
    if message["at"] > app.clock.now():
        raise invalid([FieldError("at", "in_the_future", "a message tells what has happened")])
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False)
    return Pushed(message, hashlib.sha256(text.encode()).hexdigest(), actor.department_code)


def _store(app: CasesApplication, call: Call, pushed: Pushed) -> dict[str, Any]:
    for _ in range(ATTEMPTS):
        try:
            with app.store.unit_of_work() as unit:
                return _once(call, unit, pushed)
        except StaleVersion:
            continue
    raise conflict("busy_stream", "others kept changing this case; send the message again")


def _once(call: Call, unit: UnitOfWork, pushed: Pushed) -> dict[str, Any]:
    known = _known(unit, pushed)
    if known is not None:
        return known | {"result": "unchanged"}
    message = pushed.message
    file = open_case(unit, message["case_no"])
    if not is_handling_staff(call.actor, file.state):
        raise not_found(f"case {message['case_no']}")
    if message["kind"] == "application":
        raise conflict("case_exists", "the case exists; applications come in through POST /cases")
    cause = f"message:{message['message_id']}/{message['data_version']}"
    stated = _stated(unit, file, call.actor, pushed)
    answer = _append(unit, file, stated, message, call.metadata(causation_id=cause))
    unit.cursor.execute(
        "INSERT INTO pushed_message (department_code, message_id, data_version, fingerprint, case_no, answer)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (
            pushed.department_code, message["message_id"], message["data_version"], pushed.fingerprint,
            file.case_no, json.dumps(answer),
        ),
    )  # fmt: skip
    return answer | {"result": "stored"}


def _known(unit: UnitOfWork, pushed: Pushed) -> dict[str, Any] | None:
    """The answer this message had before. Blocks while another transaction stores the same one."""
    message = pushed.message
    unit.cursor.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
        (f"{pushed.department_code}/{message['message_id']}",),
    )
    unit.cursor.execute(
        "SELECT fingerprint, answer FROM pushed_message"
        " WHERE department_code = %s AND message_id = %s AND data_version = %s",
        (pushed.department_code, message["message_id"], message["data_version"]),
    )
    row = unit.cursor.fetchone()
    if row is None:
        return None
    if row[0] != pushed.fingerprint:
        raise conflict("message_reused", "this message and data version came before with another content")
    answer: dict[str, Any] = row[1]
    return answer


def _stated(unit: UnitOfWork, file: CaseFile, actor: Actor, pushed: Pushed) -> list[Stated]:
    """The facts; of a higher data version, the correction of what the version before stated."""
    message = pushed.message
    handler = message.get("handler") or {"staff_no": actor.id, "name": actor.name}
    officer = {
        "id": handler["staff_no"],
        "name": handler["name"],
        "department_code": actor.department_code,
        "department_name": actor.department_name,
    }
    unit.cursor.execute(
        "SELECT answer FROM pushed_message WHERE department_code = %s AND message_id = %s"
        " AND data_version < %s ORDER BY data_version DESC LIMIT 1",
        (pushed.department_code, message["message_id"], message["data_version"]),
    )
    earlier = unit.cursor.fetchone()
    stated = facts_of(file.state, message, officer)
    if earlier is None:
        return stated
    changes = {name: value for name, value in stated[-1][1].items() if name not in ("officer", "status")}
    data = {
        "corrects": earlier[0]["event_ids"][-1],
        "changes": changes,
        "reason": message.get("remark") or f"data version {message['data_version']}",
        "officer": officer,
    }
    return [("case.corrected", data)]


def _append(
    unit: UnitOfWork, file: CaseFile, stated: list[Stated], message: dict[str, Any], metadata: Metadata
) -> dict[str, Any]:
    state, facts = file.state, list[Dated]()
    for type_, data in stated:
        fact = record(state, type_, plain(data), message["at"])
        state = evolve(state, type_, fact.data, message["at"])
        facts.append(Dated(fact, message["at"]))
    events = append_facts(unit, file.stream, file.version, facts, metadata)
    return {
        "message_id": message["message_id"],
        "case_no": file.case_no,
        "version": file.version + len(events),
        "status": state.status,
        "flags": sorted({flag for each in facts for flag in each.fact.data.get("flags") or ()}),
        "event_ids": [str(event.id) for event in events],
        "errors": [],
    }
