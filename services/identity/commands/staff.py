"""Members of staff and department systems: made and changed by the security administrator."""

from __future__ import annotations

from uuid import uuid4

from services.identity.application import Identity
from services.identity.commands.register import decide_registration, store_account, without_password
from services.identity.commands.sessions import end_sessions
from services.identity.commands.sign_in import refuse_weak
from services.identity.domain import account, staff
from services.identity.queries.organisations import organisation_of
from services.identity.streams import load_account, load_staff, staff_stream
from shared.domain.decision import Fact
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, invalid, not_found
from shared.security.passwords import hash_password
from shared.security.roles import ROLES
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events

KNOWN_ROLES = frozenset(ROLES)


def create_staff(app: Identity, call: Call) -> Answer:
    body = dict(call.body)
    password = body.pop("password")
    refuse_weak(password, "password", body["login"])
    roles = tuple(sorted(set(body["roles"])))
    command = account.Register(
        account_id=str(uuid4()),
        kind="system" if roles == ("department_system",) else "staff",
        name=body["name"],
        roles=(),
        login=body["login"],
        phone=body.get("phone"),
        email=body.get("email"),
        real_name_level=account.CHECKED,
    )
    facts = decide_registration(app, command)
    password_hash = hash_password(password)

    def work(unit: UnitOfWork) -> Answer:
        store_account(app, unit, call, command, facts=facts, password_hash=password_hash)
        posted = staff.decide(
            staff.INITIAL, _appointment(app, call, unit, command.account_id), known_roles=KNOWN_ROLES
        )
        _append(app, call, unit, command.account_id, version=0, facts=posted)
        return Answer({"account_id": command.account_id, "roles": list(roles)}, 201, 1)

    return execute(app, without_password(call, body), work)


def appoint_staff(app: Identity, call: Call) -> Answer:
    """Another post for an account; its sessions end, so that old rights don't live on in tokens."""

    def work(unit: UnitOfWork) -> Answer:
        account_id = call.params["id"]
        state = load_staff(unit.cursor, account_id)
        if load_account(unit.cursor, account_id).kind == "person":
            raise not_found(f"member of staff {account_id}")
        facts = staff.decide(state, _appointment(app, call, unit, account_id), known_roles=KNOWN_ROLES)
        version = _append(app, call, unit, account_id, version=state.version, facts=facts)
        end_sessions(unit.cursor, account_id, app.clock.now())
        return Answer({"account_id": account_id}, 200, version)

    return execute(app, call, work)


def dismiss_staff(app: Identity, call: Call) -> Answer:
    def work(unit: UnitOfWork) -> Answer:
        account_id = call.params["id"]
        state = load_staff(unit.cursor, account_id)
        command = staff.Dismiss(account_id, call.actor.id, call.body["reason"])
        facts = staff.decide(state, command, known_roles=KNOWN_ROLES)
        version = _append(app, call, unit, account_id, version=state.version, facts=facts)
        end_sessions(unit.cursor, account_id, app.clock.now())
        return Answer({"account_id": account_id}, 200, version)

    return execute(app, call, work)


def _appointment(app: Identity, call: Call, unit: UnitOfWork, account_id: str) -> staff.Appoint:
    code = call.body.get("department_code")
    department = organisation_of(unit.cursor, code) if code else None
    if code and department is None:
        raise invalid([FieldError("department_code", "unknown_department", "there is no such organisation")])
    return staff.Appoint(
        account_id=account_id,
        roles=tuple(sorted(set(call.body["roles"]))),
        by=call.actor.id,
        department_code=code,
        department_name=department["name"] if department else None,
        region_code=call.body.get("region_code") or (department["region_code"] if department else None),
    )


def _append(
    app: Identity, call: Call, unit: UnitOfWork, account_id: str, *, version: int, facts: list[Fact]
) -> int:
    return unit.append(staff_stream(account_id), version, to_events(facts, app), call.metadata())
