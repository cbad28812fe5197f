"""All routes times all roles: nobody gets through to what `roles.py` doesn't grant, and everybody else does.

The operations are the services' own, with the permissions they are marked with; behind the check stands
nothing, so that no database is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from gateway_kit import SERVICES, House, NotingRemote

from services.gateway.routes.route import Route
from services.gateway.table import ROUTES
from shared.messaging.operations import operations_of
from shared.messaging.rpc import load_class
from shared.problems import not_found
from shared.security.actor import ANONYMOUS, Actor, service_actor
from shared.security.roles import ROLES
from shared.service.call import Answer
from shared.service.operation import Operation
from shared.service.spec import installed_services

OUTSIDE = sorted(set(ROLES) - {"anonymous", "service"})
UUID = "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10"


def marked_operations(service: str) -> dict[str, Operation]:
    """The marks on a service's own class."""
    return operations_of(load_class(installed_services()[service].service_class))


class PermissionRemote(NotingRemote):
    """Checks what an operation's RPC entrypoint checks first, and then has nothing to do."""

    def __init__(self, operations: dict[str, Operation]) -> None:
        super().__init__()
        self.operations = operations

    def call(self, service: str, operation: str, *, actor: Actor | None = None, **more: Any) -> Answer:
        if operation in self.operations:
            (actor or service_actor("gateway")).require(self.operations[operation].permission)
            return Answer({"keys": [], "items": []})
        if operation in {"status", "feed", "resume_subscriber"} or operation.startswith("parked_"):
            return Answer({"items": []})
        raise not_found(f"operation {operation} of {service}")


def send(house: House, route: Route, role: str) -> int:
    path = re.sub(r"{(\w+)}", lambda match: {"service": "cases"}.get(match[1], UUID), route.path)
    headers = {"Idempotency-Key": "k", "If-Match": '"1"'}
    if role != "anonymous":
        headers |= house.bearer(role)
    if route.body is not None:
        headers["Content-Type"] = "application/json"
    data = b"{}" if route.body is not None else None
    return house.client.open(path, method=route.method, headers=headers, data=data).status_code


def needed(route: Route, operations: dict[str, Operation]) -> str | None:
    if route.operation:
        return operations[route.operation].permission
    return None if route.public else route.permission


@pytest.mark.parametrize("service", [*SERVICES, ""])
def test_every_role_gets_exactly_what_it_is_granted(make_house: Callable[..., House], service: str) -> None:
    operations = marked_operations(service) if service else {}
    house = make_house(PermissionRemote(operations))
    for route in (route for route in ROUTES if route.service == service):
        permission = needed(route, operations)
        for role in ["anonymous", *OUTSIDE]:
            status = send(house, route, role)
            granted = permission is None or permission in ROLES[role]
            granted = granted and (not route.one_of or not ROLES[role].isdisjoint(route.one_of))
            refused = 401 if role == "anonymous" else 403
            assert (status == refused) != granted, f"{role} {route.method} {route.path}: {status}"
            assert granted or status == refused
            assert status != 404 or not route.operation, f"{route.path}: {route.operation} is not there"


@pytest.mark.parametrize("service", SERVICES)
def test_routes_and_operations_agree(service: str) -> None:
    operations = marked_operations(service)
    for route in (route for route in ROUTES if route.service == service):
        operation = operations[route.operation]
        path = f"{route.method} {route.path}"
        assert route.public == (operation.permission in ROLES["anonymous"]), path
        assert operation.needs_key <= route.key, path
        if operation.body is not None:
            assert route.body is operation.body, path
        if operation.query is not None and route.method == "GET":
            assert route.query is operation.query, path
        if operation.query is not None:
            known = operation.query().fields
            names = {field.data_key or name for name, field in known.items()}
            assert {*route.path_parameters, *route.fixed} <= names, path


def test_what_the_gateway_answers_itself_is_public_or_names_a_permission() -> None:
    granted = frozenset().union(*ROLES.values())
    for route in (route for route in ROUTES if route.local):
        assert route.public != (route.permission in granted), route.path


def test_an_unknown_role_may_nothing(make_house: Callable[..., House]) -> None:
    house = make_house()
    assert not Actor(id="x", roles=frozenset({"nobody"})).permissions
    assert house.get("/api/v1/operations/status", "nobody").status_code == 403
    assert ANONYMOUS.permissions == ROLES["anonymous"]
