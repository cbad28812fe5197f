"""Registration of persons and enterprises."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from services.identity import logins
from services.identity.application import Identity
from services.identity.commands.sign_in import refuse_weak
from services.identity.domain import account, enterprise
from services.identity.streams import account_stream, enterprise_stream, load_account, load_enterprise
from shared.clock import LEGAL_ZONE
from shared.domain.citizen_id import normalise
from shared.domain.decision import Fact, Refusal
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, Problem, conflict, invalid
from shared.security.passwords import hash_password
from shared.service.call import Answer, Call
from shared.service.execute import execute, refused, to_events


def register_person(app: Identity, call: Call) -> Answer:
    """One account per citizen for life (ID-04). Name and number are compared before anything is stored.

    When the register does not answer, the account is made at the declared level and can be
    verified later; only a register that says "no" refuses it.
    """
    body = dict(call.body)
    password = body.pop("password")
    refuse_weak(password, "password", body.get("login") or "", body["phone"])
    command = account.Register(
        account_id=str(uuid4()),
        kind="person",
        name=body["name"].strip(),
        roles=("citizen",),
        login=body.get("login"),
        id_no=normalise(body["id_no"]),
        phone=body["phone"].strip(),
        email=body.get("email") or None,
    )
    facts = decide_registration(app, command)
    facts += _verified(app, command)
    password_hash = hash_password(password)

    def work(unit: UnitOfWork) -> Answer:
        store_account(app, unit, call, command, facts=facts, password_hash=password_hash)
        level = facts[-1].data.get("level", account.DECLARED)
        return Answer({"account_id": command.account_id, "real_name_level": level}, 201, len(facts))

    return execute(app, without_password(call, body), work)


def decide_registration(app: Identity, command: account.Register) -> list[Fact]:
    today = app.clock.now().astimezone(LEGAL_ZONE).date()
    try:
        return account.decide(account.INITIAL, command, today=today)
    except Refusal as refusal:
        raise refused(refusal) from refusal


def store_account(
    app: Identity,
    unit: UnitOfWork,
    call: Call,
    command: account.Register,
    *,
    facts: list[Fact],
    password_hash: str,
) -> None:
    marks = {"login": command.login, "id_no": command.id_no, "phone": command.phone}
    logins.claim(
        unit.cursor, command.account_id, {kind: app.digest(mark) for kind, mark in marks.items() if mark}
    )
    logins.set_password(unit.cursor, command.account_id, password_hash, app.clock.now())
    unit.append(account_stream(command.account_id), 0, to_events(facts, app), call.metadata())


def without_password(call: Call, body: dict[str, Any]) -> Call:
    """The fingerprint of a command is stored; it must not be a fast hash over a password."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return replace(call, fingerprint=hashlib.sha256(text.encode()).hexdigest())


def _verified(app: Identity, command: account.Register) -> list[Fact]:
    try:
        compared = app.register.compare(command.name, command.id_no or "")
    except Problem as problem:
        if problem.status != 503:
            raise
        return []
    if not compared.matched:
        raise _mismatch()
    return [_verification(app, command.account_id, compared.level, compared.reference)]


def _verification(app: Identity, account_id: str, level: int, reference: str) -> Fact:
    data = {"account_id": account_id, "level": level, "method": app.register.method, "reference": reference}
    return Fact("account.verified", data)


def _mismatch() -> Problem:
    detail = "the population register does not know this name with this number"
    return invalid([FieldError("name", "name_number_mismatch", detail)])


def verify_me(app: Identity, call: Call) -> Answer:
    """Compare one's own name and number again, for an account that is still at the declared level."""
    with app.db.transaction() as db:
        mine = load_account(db, call.actor.id)
    if not mine.id_no:
        raise conflict("no_identity_number", "this account has no identity number to compare")
    compared = app.register.compare(mine.name, mine.id_no)
    if not compared.matched:
        raise _mismatch()

    def work(unit: UnitOfWork) -> Answer:
        state = load_account(unit.cursor, call.actor.id)
        command = account.Verify(compared.level, app.register.method, compared.reference)
        facts = account.decide(state, command, today=app.clock.now().date())
        version = unit.append(
            account_stream(state.account_id), state.version, to_events(facts, app), call.metadata()
        )
        return Answer({"real_name_level": max(state.real_name_level, compared.level)}, 200, version)

    return execute(app, call, work)


def register_enterprise(app: Identity, call: Call) -> Answer:
    """By its legal representative, signed in as a person with a checked name."""
    body = call.body
    code = body["credit_code"].strip().upper()

    def work(unit: UnitOfWork) -> Answer:
        state = load_enterprise(unit.cursor, code)
        command = enterprise.RegisterEnterprise(
            enterprise_id=code,
            name=body["name"],
            credit_code=code,
            kind=body["kind"],
            legal_representative=body["legal_representative"],
            address=body.get("address"),
        )
        facts = enterprise.register(state, command, load_account(unit.cursor, call.actor.id))
        version = unit.append(enterprise_stream(code), state.version, to_events(facts, app), call.metadata())
        return Answer({"enterprise_id": code, "role": "legal_representative"}, 201, version)

    return execute(app, call, work)


def grant_mandate(app: Identity, call: Call) -> Answer:
    """To a person named by login, identity number or phone, who must be registered already."""
    command_for = call.body["login"]

    def work(unit: UnitOfWork) -> Answer:
        found = logins.find(unit.cursor, app.digest(command_for))
        if found is None:
            raise invalid([FieldError("login", "not_registered", "nobody is registered with this")])
        return _mandate(app, call, unit, enterprise.Grant(found, call.body["role"], call.actor.id))

    return execute(app, call, work)


def revoke_mandate(app: Identity, call: Call) -> Answer:
    def work(unit: UnitOfWork) -> Answer:
        command = enterprise.Revoke(call.body["account_id"], call.actor.id, call.body["reason"])
        return _mandate(app, call, unit, command)

    return execute(app, call, work)


def _mandate(
    app: Identity, call: Call, unit: UnitOfWork, command: enterprise.Grant | enterprise.Revoke
) -> Answer:
    code = call.params["id"]
    state = load_enterprise(unit.cursor, code)
    if isinstance(command, enterprise.Grant):
        facts = enterprise.grant(state, command)
    else:
        facts = enterprise.revoke(state, command)
    version = unit.append(enterprise_stream(code), state.version, to_events(facts, app), call.metadata())
    return Answer({"enterprise_id": code, "account_id": command.account_id}, 200, version)
