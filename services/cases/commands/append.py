"""Facts into the store: each held to the schema of its type, then appended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.cases.schemas import check_stored
from shared.domain.decision import Fact
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact with the moment it happened; one that others state happened before we hear of it."""

    fact: Fact
    at: datetime


def append_facts(
    unit: UnitOfWork, stream: UUID, version: int, facts: Sequence[Dated], metadata: Metadata
) -> list[NewEvent]:
    """Answers the events as appended; the stream is then at `version` plus their number.

    Raises `StaleVersion`. A fact that doesn't fit its own schema is our fault, not the caller's:
    marshmallow's error then leaves the transaction, and nothing is stored.
    """
    for dated in facts:
        check_stored(dated.fact.type, dated.fact.data)
    events = [NewEvent(each.fact.type, each.fact.data, each.at) for each in facts]
    unit.append(stream, version, events, metadata)
    return events


def dated(facts: Sequence[Fact], at: datetime) -> list[Dated]:
    return [Dated(fact, at) for fact in facts]


def plain(value: Any) -> Any:
    """A validated body as events hold it: times as ISO strings, everything else as it is."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value
