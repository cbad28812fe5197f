"""No permission that nobody has, none that opens nothing."""

from __future__ import annotations

import ast

from house_plan import ROOT, SERVICES

from services.gateway.table import ROUTES
from shared.contracts.case_actions import ACTIONS
from shared.messaging.operations import operations_of
from shared.messaging.rpc import load_class
from shared.security.roles import ROLES

GRANTED = {permission for permissions in ROLES.values() for permission in permissions}


def asked_for() -> set[str]:
    """What operations and routes need, and what code asks an actor for on top of it."""
    found = {operation.permission for spec in SERVICES.values()
             for operation in operations_of(load_class(spec.service_class)).values()}  # fmt: skip
    found |= {route.permission for route in ROUTES if route.permission}
    found |= {permission for route in ROUTES for permission in route.one_of}
    found |= {permission for action in ACTIONS.values() for permission in action.permissions}
    return found | runtime_operations()


def runtime_operations() -> set[str]:
    """Of the operations that the runtime adds to every service."""
    tree = ast.parse((ROOT / "shared/messaging/operations.py").read_text("utf-8"))
    return {
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "permission" and isinstance(keyword.value, ast.Constant)
    }


def words() -> set[str]:
    """Every string in the services' code: permissions that are asked for by name."""
    found: set[str] = set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_permission_that_is_needed_is_granted_to_some_role() -> None:
    assert asked_for() - GRANTED == set()


def test_every_granted_permission_opens_something() -> None:
    assert GRANTED - asked_for() - words() == set()


def test_nobody_outside_has_a_permission_of_services() -> None:
    outside = {permission for role, held in ROLES.items() if role != "service" for permission in held}
    assert outside & {"feeds.read", "identity.read_any", "cases.contact", "catalogue.read_any"} == set()
