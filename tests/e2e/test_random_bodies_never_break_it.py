"""Bodies made at random from the published contract, sent to every command: never a 5xx, nothing parked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any
from urllib.parse import quote

import pytest
import requests

from shared.cli.throwaway import ThrowAway, throw_away_platform
from shared.simulation.city import City
from tests.e2e.conftest import MONDAY
from tests.e2e.strictness import Applicant, send

SPOILT = (0.12, 0.02, 0.01) * 6
"""Rounds of every command there is, and the share of values that are wrong: many for what checks a body's
form, few for what comes behind that. The same bodies each time: what they found stays found."""
LEFT_OUT = {"/operations/clock", "/me/password", "/me/totp/confirm", "/sessions/refresh"}
"""They would end the sessions that the others are asked with; `test_wrong_times` below does the clock."""
NASTY: tuple[Any, ...] = (
    None, True, -1, 0, 2**53 - 1, -(2**53) + 1, 1.5, "", " ", "x", "-1", "0", "9" * 40, "2026-13-45",
    "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00", "2026-03-02T09:00:00", "\u202e😀", "y" * 5000,
    "'; --", "{}", [], {}, [None], [[]], [{}], {"": 1}, {"a": {"b": [1]}}, ["x"] * 300,
)  # fmt: skip
MOMENTS = ("2026-03-02T09:00:00+08:00", "2026-03-09T09:00:00Z", "9999-12-31T23:59:59-11:00")
UNKNOWN = "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10"


@pytest.fixture(scope="module")
def own() -> Iterator[ThrowAway]:
    """A platform of our own: what is accepted by chance must not meet other tests."""
    with throw_away_platform(MONDAY) as running:
        yield running


class Maker:
    """Values of a JSON schema, mostly right and here and there wrong."""

    def __init__(self, document: dict[str, Any], random: Random) -> None:
        self.document, self.random = document, random
        self.spoilt = SPOILT[0]

    def make(self, schema: dict[str, Any], depth: int = 0) -> Any:
        if self.random.random() < self.spoilt or depth > 6:
            return self.random.choice(NASTY)
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if choices:
            return self.make(self.random.choice(choices), depth)
        if schema.get("enum"):
            return self.random.choice(schema["enum"])
        kind = schema.get("type", "object")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        return self._of(kind, schema, depth)

    def _of(self, kind: str, schema: dict[str, Any], depth: int) -> Any:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            inner = schema.get("items", {"type": "string"})
            return [self.make(inner, depth + 1) for _ in range(self.random.randrange(3))]
        if kind == "integer":
            return self.random.choice([schema.get("minimum", 0), 1, 2, schema.get("maximum", 7)])
        if kind == "boolean":
            return self.random.random() < 0.5
        if schema.get("format") == "date-time":
            return self.random.choice(MOMENTS)
        return self.random.choice(
            ["申请", "M1", "110105194912310021", "hall", "x" * schema.get("minLength", 1)]
        )

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", ())
        made = {
            name: self.make(inner, depth + 1)
            for name, inner in schema.get("properties", {}).items()
            if self.random.random() < (0.95 if name in required else 0.4)
        }
        if not schema.get("properties") or self.random.random() < 0.03:
            made[self.random.choice(["x", "字段", "__class__"])] = self.random.choice(NASTY)
        return made


class Fuzz:
    """Every command of the document, each asked in the name of somebody who may."""

    def __init__(self, platform: ThrowAway) -> None:
        self.city = City(platform.url, platform.accounts(), platform.operator())
        self.random = Random(39046)
        self.document = requests.get(f"{self.city.url}/openapi.json", timeout=30).json()
        self.maker = Maker(self.document, self.random)
        self.applicant = Applicant(self.city)
        department = self.applicant.item["department_code"]
        roles = ("department_head", "department_system", "supervisor", "security_admin", "catalogue_editor")
        people = [self.city.person(role, department if role.startswith("dep") else None) for role in roles]
        self.tokens = [str(self.city.operator.token), self.applicant.token, *(each.token for each in people)]
        self.cases = [self.applicant.submit() for _ in range(8)]
        self.seen: dict[str, set[int]] = {}
        self._door: dict[tuple[str, str], list[str]] = {}

    def commands(self) -> list[tuple[str, str, dict[str, Any]]]:
        prefix = "/api/v1"
        return [
            (method.upper(), path.removeprefix(prefix), operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if method in ("post", "put", "patch") and path.startswith(prefix)
            and path.removeprefix(prefix) not in LEFT_OUT
        ]  # fmt: skip

    def ask(self, method: str, path: str, operation: dict[str, Any]) -> None:
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        body = self.maker.make(schema) if schema else self.random.choice(NASTY)
        token = self.random.choice(self._who(method, path))
        headers = {"Content-Type": "application/json"}
        if self.random.random() < 0.8:
            headers["If-Match"] = self.random.choice(['"1"', '"2"', "*"])
        real = self._filled(path)
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        response = send(self.city, method, real, token, data=data, headers=headers)
        assert response.status_code < 500, (method, real, body, response.text)
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == "application/problem+json"
        self.seen.setdefault(f"{method} {path}", set()).add(response.status_code)

    def _who(self, method: str, path: str) -> list[str]:
        """Those who are not turned away at the door; found out once."""
        known = self._door.get((method, path))
        if known is None:
            known = [
                token for token in self.tokens
                if send(self.city, method, self._filled(path), token, data=b"[]",
                        headers={"Content-Type": "application/json", "If-Match": '"1"'}).status_code != 403
            ] or self.tokens  # fmt: skip
            self._door[(method, path)] = known
        return known

    def _filled(self, path: str) -> str:
        values = {"{no}": self.random.choice(self.cases), "{code}": self.applicant.item["code"]}
        for name, value in values.items():
            path = path.replace(name, value if self.random.random() < 0.9 else quote("无此号'"))
        return "/".join(UNKNOWN if part.startswith("{") else part for part in path.split("/"))


def test_no_random_body_breaks_a_command(own: ThrowAway) -> None:
    fuzz = Fuzz(own)
    commands = fuzz.commands()
    assert len(commands) > 40
    for fuzz.maker.spoilt in SPOILT:
        for method, path, operation in commands:
            fuzz.ask(method, path, operation)
    past_the_door = [name for name, statuses in fuzz.seen.items() if statuses & {200, 201, 409, 422}]
    assert len(past_the_door) > 0.9 * len(commands), set(fuzz.seen) - set(past_the_door)
    assert requests.get(f"{own.url}/readyz", timeout=30).status_code == 200
    parked = own.operator().get("/operations/parked")
    assert (parked["items"], parked["unreachable"]) == ([], [])


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", MOMENTS[2], 7])
def test_wrong_times_do_not_move_the_clock(own: ThrowAway, moment: Any) -> None:
    operator = own.operator()
    before = operator.get("/operations/clock")["now"]
    city = City(own.url, own.accounts(), operator)
    response = send(city, "POST", "/operations/clock", operator.token, json={"now": moment})
    assert 400 <= response.status_code < 500, response.text
    assert operator.get("/operations/clock")["now"] == before
