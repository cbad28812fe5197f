"""Enterprises and who may act for them (ID-45, ID-46). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from services.identity.domain.account import CHECKED, AccountState
from shared.domain.credit_code import is_credit_code
from shared.domain.decision import Fact, Refusal

RANKS = {"legal_representative": 1, "administrator": 2, "agent": 3}
"""Delegation has at most three levels; each may empower those below it."""


@dataclass(frozen=True, slots=True)
class EnterpriseState:
    """`mandates`: account id to role. The stream holds the enterprise and its mandates together."""

    version: int = 0
    enterprise_id: str = ""
    name: str = ""
    credit_code: str = ""
    mandates: dict[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        return self.version > 0


INITIAL = EnterpriseState()


@dataclass(frozen=True, slots=True)
class RegisterEnterprise:
    enterprise_id: str
    name: str
    credit_code: str
    kind: str
    legal_representative: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    account_id: str
    role: str
    by: str


@dataclass(frozen=True, slots=True)
class Revoke:
    account_id: str
    by: str
    reason: str


def register(state: EnterpriseState, command: RegisterEnterprise, by: AccountState) -> list[Fact]:
    """The person who registers must be the legal representative, with a checked name (ID-30)."""
    if state.exists:
        raise Refusal("already_registered", "this enterprise is registered already")
    if not is_credit_code(command.credit_code):
        detail = "the unified social credit code is not valid"
        raise Refusal("bad_credit_code", detail, field="credit_code", basis="GB 32100-2015")
    if by.real_name_level < CHECKED:
        raise Refusal("real_name_needed", "have your own name checked first")
    if by.name != command.legal_representative.strip():
        detail = "an enterprise is registered by its legal representative in person"
        raise Refusal("not_legal_representative", detail, field="legal_representative")
    data = {
        "enterprise_id": command.enterprise_id,
        "name": command.name.strip(),
        "credit_code": command.credit_code,
        "kind": command.kind,
        "legal_representative": command.legal_representative.strip(),
        "address": command.address,
    }
    return [
        Fact("enterprise.registered", data),
        _granted(command.enterprise_id, by.account_id, "legal_representative", by.account_id),
    ]


def grant(state: EnterpriseState, command: Grant) -> list[Fact]:
    _require_rank(state, command.by, command.role)
    if state.mandates.get(command.account_id) == command.role:
        return []
    if command.account_id in state.mandates:
        _require_rank(state, command.by, state.mandates[command.account_id])
    return [_granted(state.enterprise_id, command.account_id, command.role, command.by)]


def revoke(state: EnterpriseState, command: Revoke) -> list[Fact]:
    role = state.mandates.get(command.account_id)
    if role is None:
        raise Refusal("no_mandate", "this account does not act for the enterprise")
    if command.by != command.account_id or role == "legal_representative":
        _require_rank(state, command.by, role)
    data = {
        "enterprise_id": state.enterprise_id,
        "account_id": command.account_id,
        "by": command.by,
        "reason": command.reason,
    }
    return [Fact("enterprise.mandate_revoked", data)]


def _granted(enterprise_id: str, account_id: str, role: str, by: str) -> Fact:
    data = {"enterprise_id": enterprise_id, "account_id": account_id, "role": role, "by": by}
    return Fact("enterprise.mandate_granted", data)


def _require_rank(state: EnterpriseState, by: str, role: str) -> None:
    if role not in RANKS:
        raise Refusal("unknown_role", f"a mandate is one of {', '.join(RANKS)}", field="role")
    mine = RANKS.get(state.mandates.get(by, ""), 9)
    if mine >= RANKS[role]:
        raise Refusal("not_entitled", "only somebody above this role in the enterprise may decide that")


def evolve(state: EnterpriseState, type: str, data: Mapping[str, Any]) -> EnterpriseState:
    state = replace(state, version=state.version + 1, enterprise_id=data["enterprise_id"])
    match type:
        case "enterprise.registered":
            return replace(state, name=data["name"], credit_code=data["credit_code"])
        case "enterprise.mandate_granted":
            return replace(state, mandates=state.mandates | {data["account_id"]: data["role"]})
        case "enterprise.mandate_revoked":
            left = {
                account: role for account, role in state.mandates.items() if account != data["account_id"]
            }
            return replace(state, mandates=left)
    raise ValueError(f"unknown event type {type!r}")


def fold(events: Iterable[tuple[str, Mapping[str, Any]]]) -> EnterpriseState:
    state = INITIAL
    for type, data in events:
        state = evolve(state, type, data)
    return state
