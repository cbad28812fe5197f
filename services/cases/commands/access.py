"""Whose case it is. What somebody may not see does not exist for them: 404, never 403."""

from __future__ import annotations

from services.cases.domain import CaseState
from shared.problems import forbidden, not_found
from shared.security.actor import Actor
from shared.security.roles import permissions_of

ALL_CASES = frozenset({"supervisor", "operator", "audit_admin", "hotline_agent", "service"})
"""Roles that read every case; what they see of persons is masked."""

_APPLICANT_ROLES = frozenset({"citizen", "enterprise_agent", "proxy_agent"})
_OF_APPLICANT = permissions_of({"citizen"})


def is_applicant(actor: Actor, state: CaseState) -> bool:
    """The applicant, who handed in for them, or an agent of the applying enterprise."""
    if actor.id in (state.subject_id, state.submitted_by):
        return True
    return actor.enterprise_id is not None and actor.enterprise_id == state.enterprise_id


def is_handling_staff(actor: Actor, state: CaseState) -> bool:
    """Staff or system of the responsible department, or of the one the case was transferred to."""
    return actor.department_code is not None and actor.department_code in (
        state.department_code,
        state.handling_department_code,
    )


def require_visible(actor: Actor, state: CaseState) -> None:
    if not (is_applicant(actor, state) or is_handling_staff(actor, state) or actor.roles & ALL_CASES):
        raise not_found(f"case {state.case_no}")


def require_permission(actor: Actor, permissions: tuple[str, ...]) -> None:
    """Raise 403 for who may not treat any case this way: asked before it is known whether there is one."""
    if not any(actor.can(permission) for permission in permissions):
        raise forbidden(f"this needs the permission {' or '.join(permissions)}")


def require_may_act(actor: Actor, state: CaseState, permissions: tuple[str, ...]) -> None:
    """404 for a case the actor may not see; 403 for one they see but may not treat this way.

    A permission of applicants works on one's own cases only, one of staff on the department's only.
    """
    require_visible(actor, state)
    if not permitted(actor, state, permissions):
        raise forbidden(f"this needs the permission {' or '.join(permissions)} on this case")


def permitted(actor: Actor, state: CaseState, permissions: tuple[str, ...]) -> bool:
    held = [permission for permission in permissions if actor.can(permission)]
    as_applicant = bool(actor.roles & _APPLICANT_ROLES) and is_applicant(actor, state)
    as_staff = is_handling_staff(actor, state)
    return any(as_applicant if permission in _OF_APPLICANT else as_staff for permission in held)


def sees_personal_data(actor: Actor, state: CaseState) -> bool:
    return is_applicant(actor, state) or is_handling_staff(actor, state)
