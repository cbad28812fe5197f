"""What travels over RPC: one JSON object to an operation, one back."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any

from shared.problems import Problem

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@dataclass(frozen=True, slots=True)
class Envelope:
    """`deadline` is when the caller stops waiting, in seconds since 1970 by the machine's clock.

    The injected clock does not serve here: a simulated one may stand still or jump a month.
    """

    token: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    fingerprint: str | None = None
    if_match: int | None = None
    after_token: str | None = None
    correlation_id: str | None = None
    language: str = "zh-CN"
    deadline: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Not a copy: for who writes it down at once."""
        return {name: value for name in _FIELDS if (value := getattr(self, name)) is not None}

    @classmethod
    def from_dict(cls, data: Any) -> Envelope:
        """Raises the 400 problem for what is no envelope."""
        if not isinstance(data, dict) or not isinstance(data.get("body", {}), dict):
            raise Problem(400, "malformed", "the request is not an envelope")
        try:
            return cls(**data)
        except TypeError as error:
            raise Problem(400, "malformed", f"the envelope has an unknown field: {error}") from error

    @property
    def expired(self) -> bool:
        return self.deadline is not None and time.time() > self.deadline


_FIELDS = tuple(each.name for each in fields(Envelope))


def fingerprint(operation: str, body: dict[str, Any], params: dict[str, Any]) -> str:
    """Identifies what is asked, so that a reused idempotency key with another request is noticed."""
    whole = json.dumps(
        [operation, body, params], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(whole.encode()).hexdigest()


def deadline_in(timeout: float) -> float:
    """`timeout` seconds from now, but never later than the request being served may take."""
    own = time.time() + timeout
    outer = _deadline.get()
    return own if outer is None else min(own, outer)


@contextmanager
def serving(envelope: Envelope) -> Iterator[None]:
    """While it lasts, questions to others end at the envelope's deadline."""
    before = _deadline.set(envelope.deadline)
    try:
        yield
    finally:
        _deadline.reset(before)
