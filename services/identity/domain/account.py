"""An account: a person, a member of staff, or a department's system. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.domain.citizen_id import is_citizen_id
from shared.domain.decision import Fact, Refusal

DECLARED, CHECKED = 2, 3
"""Trust levels: 2 is what the person says, 3 is name and number compared with the population register."""

KINDS = ("person", "staff", "system")
_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,39}\Z")
_PHONE = re.compile(r"1[3-9][0-9]{9}\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")


@dataclass(frozen=True, slots=True)
class AccountState:
    version: int = 0
    account_id: str = ""
    kind: str = "person"
    login: str | None = None
    name: str = ""
    id_no: str | None = None
    phone: str | None = None
    email: str | None = None
    roles: tuple[str, ...] = ()
    enterprise_id: str | None = None
    real_name_level: int = 0
    closed: bool = False

    @property
    def exists(self) -> bool:
        return self.version > 0


INITIAL = AccountState()


@dataclass(frozen=True, slots=True)
class Register:
    account_id: str
    kind: str
    name: str
    roles: tuple[str, ...]
    login: str | None = None
    id_no: str | None = None
    phone: str | None = None
    email: str | None = None
    enterprise_id: str | None = None
    real_name_level: int = DECLARED


@dataclass(frozen=True, slots=True)
class Verify:
    """`reference` is the register's receipt; the compared data is not repeated."""

    level: int
    method: str
    reference: str


@dataclass(frozen=True, slots=True)
class Close:
    by: str
    reason: str


Command = Register | Verify | Close


def decide(state: AccountState, command: Command, *, today: date) -> list[Fact]:
    match command:
        case Register():
            return [_register(state, command, today)]
        case Verify(level, method, reference):
            _require_open(state)
            if level <= state.real_name_level:
                return []
            data = {"account_id": state.account_id, "level": level, "method": method, "reference": reference}
            return [Fact("account.verified", data)]
        case Close(by, reason):
            _require_open(state)
            return [Fact("account.closed", {"account_id": state.account_id, "by": by, "reason": reason})]
    raise TypeError(f"unknown command {command!r}")


def _register(state: AccountState, command: Register, today: date) -> Fact:
    if state.exists:
        raise Refusal("account_exists", "this account is already there")
    if command.kind not in KINDS:
        raise Refusal("unknown_kind", f"an account is one of {', '.join(KINDS)}", field="kind")
    if not command.name.strip():
        raise Refusal("name_missing", "an account has a name", field="name")
    _check_marks(command, today)
    data = {
        "account_id": command.account_id,
        "kind": command.kind,
        "login": command.login,
        "name": command.name.strip(),
        "id_type": "citizen_id" if command.id_no else None,
        "id_no": command.id_no,
        "phone": command.phone,
        "email": command.email,
        "roles": list(command.roles),
        "enterprise_id": command.enterprise_id,
        "real_name_level": command.real_name_level,
    }
    return Fact("account.registered", data)


def _check_marks(command: Register, today: date) -> None:
    if command.login is not None and not _LOGIN.match(command.login):
        detail = "3 to 40 letters, digits, '.', '_', '-', beginning with a letter"
        raise Refusal("bad_login", detail, field="login")
    if command.id_no is not None and not is_citizen_id(command.id_no, today):
        detail = "the identity number is not valid (18 characters with a check character)"
        raise Refusal("bad_citizen_id", detail, field="id_no", basis="GB 11643")
    if command.phone is not None and not _PHONE.match(command.phone):
        raise Refusal("bad_phone", "a mobile number has 11 digits and begins with 1", field="phone")
    if command.email is not None and not _EMAIL.match(command.email):
        raise Refusal("bad_email", "this is no e-mail address", field="email")
    if not (command.login or command.id_no or command.phone):
        raise Refusal(
            "no_login", "an account needs a login name, an identity number or a phone", field="login"
        )


def evolve(state: AccountState, type: str, data: Mapping[str, Any]) -> AccountState:
    state = replace(state, version=state.version + 1, account_id=data["account_id"])
    match type:
        case "account.registered":
            return replace(
                state, kind=data["kind"], login=data["login"], name=data["name"], id_no=data["id_no"],
                phone=data["phone"], email=data["email"], roles=tuple(data["roles"]),
                enterprise_id=data["enterprise_id"], real_name_level=data["real_name_level"],
            )  # fmt: skip
        case "account.verified":
            return replace(state, real_name_level=data["level"])
        case "account.password_changed":
            return state
        case "account.closed":
            return replace(state, closed=True)
    raise ValueError(f"unknown event type {type!r}")


def _require_open(state: AccountState) -> None:
    if not state.exists or state.closed:
        raise Refusal("account_closed", "there is no such open account")
