"""How far an actor may look among departments."""

from __future__ import annotations

from shared.problems import forbidden
from shared.security.actor import Actor


def scope_of(actor: Actor) -> str | None:
    """The department an actor is bound to; None for an operator, who may see all of them."""
    if actor.can("operations.act"):
        return None
    if not actor.department_code:
        raise forbidden("this account belongs to no department")
    return actor.department_code


def may_see(actor: Actor, department_code: str | None) -> bool:
    scope = scope_of(actor)
    return scope is None or scope == department_code
