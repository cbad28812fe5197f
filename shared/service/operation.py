"""Marks a method of a service class as an operation that others may call over RPC.

    class CasesService:
        name = "cases"
        app = AppProvider(SERVICE)

        @operation(permission="cases.submit", body=SubmitCase)
        def submit(self, call: Call) -> Answer:
            return submit_case(self.app, call)

The wrapper reads the actor from the signed token, checks the permission, loads body and query
through their marshmallow schemas (unknown fields are refused), and turns every expected failure
into problem data. What it does not know it logs and answers as 500 without details.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError

from shared.problems import FieldError, Problem, invalid


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route walk and the OpenAPI document need to know of an operation."""

    name: str
    permission: str
    body: type[Schema] | None
    query: type[Schema] | None
    needs_key: bool


def operation(
    *,
    permission: str,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    needs_key: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark only; `shared.messaging.rpc.expose` (used by the runtime) makes it a nameko RPC entrypoint.

    Keeping the mark apart from nameko lets tests call operations through `invoke` without it.
    """

    def mark(method: Callable[..., Any]) -> Callable[..., Any]:
        method.__operation__ = Operation(method.__name__, permission, body, query, needs_key)  # type: ignore[attr-defined]
        return method

    return mark


def load(schema: type[Schema] | None, data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Validate, or raise a 422 problem that names every wrong field."""
    if schema is None:
        return dict(data)
    if not isinstance(data, Mapping):
        raise Problem(400, "malformed", f"the {where} must be a JSON object")
    try:
        loaded: dict[str, Any] = _made(schema).load(data)
    except ValidationError as error:
        raise invalid(flatten(error.messages), f"the {where} has invalid fields") from error
    return loaded


@cache
def _made(schema: type[Schema]) -> Schema:
    """A schema copies all its fields when it is made, and keeps nothing of what it loads: one is enough."""
    return schema()


def flatten(messages: Any, path: str = "") -> list[FieldError]:
    """marshmallow's nested messages as a flat list of field paths."""
    if isinstance(messages, Mapping):
        found: list[FieldError] = []
        for name, inner in messages.items():
            step = "" if name == "_schema" else str(name)
            found += flatten(inner, ".".join(part for part in (path, step) if part))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return [FieldError(path or "body", _code(str(text)), str(text)) for text in texts]


def _code(text: str) -> str:
    lowered = text.lower()
    if "unknown" in lowered:
        return "unknown_field"
    if "missing data" in lowered or "required" in lowered:
        return "required"
    if "not a valid" in lowered:
        return "wrong_type"
    return "invalid"
