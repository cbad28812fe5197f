"""The hash that chains a stream's events: what is stored is what is hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.eventstore.event import Event


@dataclass(frozen=True, slots=True)
class Break:
    """The first version of a stream at which its hash chain does not hold."""

    version: int
    reason: str


def canonical(body: Mapping[str, Any]) -> str:
    """Sorted keys, no spaces, no escapes beyond JSON's own: RFC 8785 for the values events may hold.

    Floats are refused: their canonical form is a matter of taste, and money is whole fen anyway.
    """
    _refuse_floats(body, "data")
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain(
    previous: bytes,
    *,
    id: UUID,
    stream: UUID,
    version: int,
    type: str,
    actor: str,
    occurred_at: datetime,
    data: str,
) -> bytes:
    """SHA-256 over the previous hash and everything that must not change unseen."""
    parts = [
        previous.hex(),
        str(id),
        str(stream),
        str(version),
        type,
        actor,
        occurred_at.astimezone(UTC).isoformat(),
        data,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()


def chain_event(previous: bytes, event: Event) -> bytes:
    """The hash an event of a stream must carry after one whose hash is `previous`."""
    return chain(
        previous,
        id=event.id,
        stream=event.stream,
        version=event.version,
        type=event.type,
        actor=str(event.metadata.get("actor", "")),
        occurred_at=event.occurred_at,
        data=canonical(event.data),
    )


def verify_chain(events: Iterable[Event]) -> Break | None:
    """Where a stream, given whole and in order, is no longer what was appended; None if untouched.

    Covers id, type, actor, occurred time and data of every event and their order. Says nothing of
    events cut off at the end: for that, compare the last version with a daily root or a subscriber.
    """
    previous, expected = b"", 1
    for event in events:
        if event.version != expected:
            return Break(event.version, f"version {expected} is missing")
        if chain_event(previous, event) != event.hash:
            return Break(event.version, "the event or one before it was changed after it was stored")
        previous, expected = event.hash, expected + 1
    return None


def _refuse_floats(value: Any, path: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{path} is a float; events hold whole numbers and strings")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_floats(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _refuse_floats(inner, f"{path}.{index}")
