"""Rows of the events table as `Event`s."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from shared.eventstore.event import Event
from shared.personal.values import SEALED
from shared.personal.vault import open_events

COLUMNS = "id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash"


def to_events(db: Any, rows: Iterable[Sequence[Any]], source: str) -> list[Event]:
    """Opened events. `db` is the cursor they were read with."""
    events = [to_event(row, source) for row in rows]
    open_events(db, events)
    return events


def to_event(row: Sequence[Any], source: str, cursor: str = "", previous: str = "") -> Event:
    """`row` holds `COLUMNS`. Personal values are not open yet: `open_events` does that for many at once."""
    data = row[5]
    return Event(
        id=UUID(row[0]),
        stream=UUID(row[1]),
        version=row[2],
        type=row[3],
        schema_version=row[4],
        data=data,
        metadata=row[6],
        occurred_at=row[7],
        recorded_at=row[8],
        source=source,
        cursor=cursor,
        previous=previous,
        hash=bytes(row[9]),
        boxes=data.pop(SEALED, None),
    )
