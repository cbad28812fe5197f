"""Roles and what each may do. Deny by default: what is not listed here is refused.

A permission is `service.operation-group`. Row-level rules (whose case, which department's list) are
checked by the owning service on top.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_PUBLIC = {"catalogue.read", "cases.progress", "identity.sign_in", "identity.register"}
_SIGNED_IN = _PUBLIC | {"identity.self", "notify.inbox"}
_APPLICANT = _SIGNED_IN | {
    "cases.submit",
    "cases.read",
    "cases.applicant_action",
    "cases.rate",
    "files.upload",
}
_STAFF = _SIGNED_IN | {"cases.read", "cases.work_list", "files.upload"}
_CLERK = _STAFF | {"cases.submit", "cases.window_action", "cases.claim"}
_EXAMINER = _STAFF | {"cases.examine", "cases.claim"}
_APPROVER = _EXAMINER | {"cases.approve"}

ROLES: dict[str, frozenset[str]] = {
    role: frozenset(permissions)
    for role, permissions in {
        "anonymous": _PUBLIC,
        "citizen": _APPLICANT,
        "enterprise_agent": _APPLICANT,
        "proxy_agent": _APPLICANT,
        "clerk": _CLERK,
        "hotline_agent": _SIGNED_IN | {"cases.read"},
        "examiner": _EXAMINER,
        "approver": _APPROVER,
        "department_head": _APPROVER | _CLERK | {"supervision.read", "supervision.answer"},
        "catalogue_editor": _SIGNED_IN | {"catalogue.edit"},
        "catalogue_reviewer": _SIGNED_IN | {"catalogue.edit", "catalogue.review"},
        "supervisor": _SIGNED_IN
        | {
            "cases.read",
            "cases.work_list",
            "supervision.read",
            "supervision.act",
        },
        "operator": _SIGNED_IN
        | {
            "operations.read",
            "operations.act",
            "identity.regions",
            "catalogue.edit",
            "catalogue.review",
            "cases.import",
            "cases.read",
            "cases.work_list",
            "supervision.read",
            "events.read",
            "notify.outbox",
            "subscriptions.manage",
            "subjects.erase",
        },
        "security_admin": _SIGNED_IN | {"identity.administer", "subjects.erase"},
        "audit_admin": _SIGNED_IN | {"operations.read", "cases.read"},
        "department_system": _SIGNED_IN
        | {
            "events.read",
            "subscriptions.manage",
            "cases.push",
            "cases.read",
        },
        # Services among themselves: questions and timers, never a person's token.
        "service": _PUBLIC
        | {
            "cases.read",
            "cases.contact",
            "catalogue.read_any",
            "identity.read_any",
            "feeds.read",
            "operations.read",
        },
    }.items()
}


@lru_cache(maxsize=1024)
def _permissions(roles: frozenset[str]) -> frozenset[str]:
    granted: set[str] = set()
    for role in roles:
        granted |= ROLES.get(role, frozenset())
    return frozenset(granted)


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    return _permissions(frozenset(roles))
