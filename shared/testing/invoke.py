"""Run a service's operations without nameko: the same checks, no transport."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from shared.problems import Problem, not_found
from shared.security.actor import ANONYMOUS, Actor
from shared.service.call import Answer, Call
from shared.service.operation import Operation, load


def invoke(
    service: Any,
    name: str,
    *,
    actor: Actor = ANONYMOUS,
    body: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
    key: str | None = None,
    if_match: int | None = None,
    after_token: str | None = None,
    correlation_id: str | None = None,
    language: str = "zh-CN",
) -> Answer:
    """Call an operation of a service object as the RPC entrypoint does. Raises `Problem`.

    `key` defaults to a fresh one. The permission check and both schemas apply.
    """
    method: Callable[[Call], Answer] = getattr(service, name)
    marked: Operation = method.__operation__  # type: ignore[attr-defined]
    actor.require(marked.permission)
    raw = body or {}
    call = Call(
        actor=actor,
        body=load(marked.body, raw, "body"),
        params=load(marked.query, params or {}, "query") if marked.query else dict(params or {}),
        key=key or uuid4().hex,
        fingerprint=hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest(),
        if_match=if_match,
        after_token=after_token,
        correlation_id=correlation_id,
        language=language,
    )
    return method(call)


class LocalRemote:
    """A `Remote` that calls service objects in this process: services without a broker."""

    def __init__(self) -> None:
        self.services: dict[str, Any] = {}
        self.caller: Actor = ANONYMOUS

    def call(
        self,
        service: str,
        operation: str,
        *,
        actor: Actor | None = None,
        body: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        key: str | None = None,
        timeout: float = 10.0,
        if_match: int | None = None,
        after_token: str | None = None,
        correlation_id: str | None = None,
        language: str = "zh-CN",
    ) -> Answer:
        if service not in self.services:
            raise Problem(503, "service_unavailable", f"{service} is not running")
        if not hasattr(self.services[service], operation):
            raise not_found(f"operation {operation}")
        return invoke(
            self.services[service],
            operation,
            actor=actor or self.caller,
            body=body,
            params=params,
            key=key,
            if_match=if_match,
            after_token=after_token,
            correlation_id=correlation_id,
            language=language,
        )
