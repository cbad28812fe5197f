"""Every parameter and every action body with values nobody should send: always an answer, never a 5xx."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from services.gateway.routes.route import API, Route
from services.gateway.table import ROUTES
from shared.client import ApiClient
from shared.contracts.cases import ACTIONS
from shared.simulation.city import City
from tests.e2e.strictness import Applicant

SignIn = Callable[[str], ApiClient]

NASTY = ("x", "-1", "9" * 30, "2026-13-45", "\u202e😀", "y" * 2000, "'")
WRONG: tuple[Any, ...] = (None, -1, 2**53 - 1, True, [], {}, [None], [{}], {"a": {"b": [1]}}, "y" * 70_000)
READS = [route for route in ROUTES if route.method == "GET" and route.path.startswith(API)]


@pytest.fixture(scope="module")
def tokens(city: City, sign_in: SignIn) -> list[str | None]:
    """One of each kind of reader; whoever may, answers."""
    roles = ("operator", "department_system", "clerk", "citizen", "security_admin", "catalogue_editor")
    return [None, *(sign_in(role).token for role in roles)]


def ask(city: City, method: str, path: str, token: str | None, **options: Any) -> requests.Response:
    headers = {"Idempotency-Key": uuid4().hex, "If-Match": '"1"'}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return requests.request(method, city.url + path, headers=headers, timeout=30, **options)


def may(city: City, tokens: list[str | None], route: Route, path: str) -> str | None:
    statuses = {token: ask(city, route.method, path, token).status_code for token in tokens}
    return next((token for token, status in statuses.items() if status not in (401, 403)), None)


def requests_of(route: Route) -> Iterator[tuple[str, dict[str, str]]]:
    plain = re.sub(r"{\w+}", "x", route.path)
    for name in route.query_parameters:
        for value in NASTY:
            yield plain, {name: value}
    for value in NASTY if route.path_parameters else ():
        yield re.sub(r"{\w+}", requests.utils.quote(value, safe=""), route.path), {}


@pytest.mark.parametrize("route", READS, ids=lambda route: route.name)
def test_no_parameter_breaks_a_read(city: City, tokens: list[str | None], route: Route) -> None:
    token = may(city, tokens, route, re.sub(r"{\w+}", "x", route.path))
    for path, params in requests_of(route):
        response = ask(city, "GET", path, token, params=params)
        assert response.status_code < 500, (path, params, response.text)
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == "application/problem+json"
            assert "Traceback" not in response.text


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_no_body_breaks_an_action(city: City, sign_in: SignIn, action: str) -> None:
    """On a case that is there: of one that isn't, the body is not even looked at."""
    applicant = Applicant(city)
    no = applicant.submit()
    token = applicant.token
    if not {"cases.applicant_action", "cases.rate"} & set(ACTIONS[action].permissions):
        token = city.person("department_head", applicant.item["department_code"]).token
    for name in ACTIONS[action].schema().fields:
        for value in WRONG:
            response = ask(city, "POST", f"{API}/cases/{no}/{action}", token, json={name: value})
            assert response.status_code < 500, (name, value, response.text)
