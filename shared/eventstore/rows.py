"""Rows of the events table as `Event`s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.eventstore.event import Event

COLUMNS = "id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash"


def to_event(row: Sequence[Any], source: str, cursor: str = "", previous: str = "") -> Event:
    """`row` holds `COLUMNS`."""
    return Event(
        id=UUID(row[0]),
        stream=UUID(row[1]),
        version=row[2],
        type=row[3],
        schema_version=row[4],
        data=row[5],
        metadata=row[6],
        occurred_at=row[7],
        recorded_at=row[8],
        source=source,
        cursor=cursor,
        previous=previous,
        hash=bytes(row[9]),
    )
