"""Who holds which post: department, region and roles of a member of staff or a department system. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.domain.decision import Fact, Refusal

APPLICANT_ROLES = frozenset({"anonymous", "citizen", "enterprise_agent", "service"})
APART = ("operator", "security_admin", "audit_admin")
"""System, security and audit administration lie in different hands (GB/T 22239 8.1.4.2)."""

DEPARTMENT_ROLES = frozenset({"clerk", "examiner", "approver", "department_head", "department_system"})
"""Roles whose rights are those of a department: without one they would see nothing or everything."""


@dataclass(frozen=True, slots=True)
class StaffState:
    version: int = 0
    roles: tuple[str, ...] = ()
    department_code: str | None = None
    department_name: str | None = None
    region_code: str | None = None
    dismissed: bool = False

    @property
    def active(self) -> bool:
        return self.version > 0 and not self.dismissed


INITIAL = StaffState()


@dataclass(frozen=True, slots=True)
class Appoint:
    account_id: str
    roles: tuple[str, ...]
    by: str
    department_code: str | None = None
    department_name: str | None = None
    region_code: str | None = None


@dataclass(frozen=True, slots=True)
class Dismiss:
    account_id: str
    by: str
    reason: str


def decide(state: StaffState, command: Appoint | Dismiss, *, known_roles: frozenset[str]) -> list[Fact]:
    """No facts when the post is already held like that."""
    if isinstance(command, Dismiss):
        if not state.active:
            raise Refusal("not_in_post", "this account holds no post")
        data = {"account_id": command.account_id, "by": command.by, "reason": command.reason}
        return [Fact("staff.dismissed", data)]
    _check_roles(command, known_roles)
    held = (state.roles, state.department_code, state.region_code)
    if state.active and held == (command.roles, command.department_code, command.region_code):
        return []
    appointed: dict[str, Any] = {
        "account_id": command.account_id,
        "roles": list(command.roles),
        "department_code": command.department_code,
        "department_name": command.department_name,
        "region_code": command.region_code,
        "by": command.by,
    }
    return [Fact("staff.appointed", appointed)]


def _check_roles(command: Appoint, known_roles: frozenset[str]) -> None:
    roles = set(command.roles)
    strange = roles - (known_roles - APPLICANT_ROLES)
    if strange or not roles:
        named = ", ".join(sorted(strange)) or "none"
        raise Refusal("unknown_role", f"not roles of staff: {named}", field="roles")
    if len(roles & set(APART)) > 1:
        detail = "system, security and audit administration must lie in different hands"
        raise Refusal("roles_must_be_apart", detail, field="roles", basis="GB/T 22239-2019 8.1.4.2")
    if roles & DEPARTMENT_ROLES and not command.department_code:
        raise Refusal("department_missing", "this role is held in a department", field="department_code")


def evolve(state: StaffState, type: str, data: Mapping[str, Any]) -> StaffState:
    state = replace(state, version=state.version + 1)
    match type:
        case "staff.appointed":
            return replace(
                state, roles=tuple(data["roles"]), department_code=data["department_code"],
                department_name=data["department_name"], region_code=data["region_code"], dismissed=False,
            )  # fmt: skip
        case "staff.dismissed":
            return replace(state, dismissed=True)
    raise ValueError(f"unknown event type {type!r}")
