"""The one place where a new event becomes a stored row, and the one where a row becomes an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple
from uuid import UUID

from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.sealing import Algorithm, canonical, chain_bytes, micros
from shared.eventstore.upcasting import newest_version, upcast
from shared.personal.values import SEALED
from shared.personal.vault import open_events

COLUMNS = "id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash"
_FIRST = f"SELECT {COLUMNS} FROM public.events WHERE stream = ANY(%s::uuid[]) AND version = 1"  # noqa: S608


# Neighbours in a feed or a stream are often of one stream, and reading an id costs more than looking it up.
_stream = lru_cache(maxsize=4096)(UUID)


class Row(NamedTuple):
    """`COLUMNS` as they are hashed and as PostgreSQL takes them in binary. `data` and `metadata` are the very
    text in UTF-8, times are microseconds since 1970."""

    id: bytes
    stream: bytes
    version: int
    type: bytes
    schema_version: int
    data: bytes
    metadata: bytes
    occurred_at: int
    recorded_at: int
    hash: bytes


def to_rows(
    stream: UUID,
    expected_version: int,
    previous: bytes,
    events: Sequence[NewEvent],
    bodies: Sequence[Any],
    metadata: Metadata,
    recorded_at: datetime,
    algorithm: Algorithm,
) -> list[Row]:
    """The events as they are stored after a stream's version whose hash is `previous`.

    `bodies` is their data with the personal values sealed.
    """
    rows, meta, recorded, whose = [], metadata_text(metadata).encode(), micros(recorded_at), stream.bytes
    for version, (event, body) in enumerate(zip(events, bodies, strict=True), start=expected_version + 1):
        id, type, schema, occurred = (
            event.id.bytes,
            event.type.encode(),
            event.schema_version,
            micros(event.occurred_at),
        )
        data = canonical(body).encode()
        previous = chain_bytes(
            previous, id, whose, version, type, schema, meta, occurred, recorded, data, algorithm
        )
        rows.append(Row(id, whose, version, type, schema, data, meta, occurred, recorded, previous))
    return rows


def metadata_text(metadata: Metadata) -> str:
    """`canonical` of it: five names that are known, in their order, and strings."""
    parts = ['{"actor":', encode_basestring(metadata.actor)]
    if metadata.causation_id is not None:
        parts += (',"causation_id":', encode_basestring(metadata.causation_id))
    if metadata.command_id is not None:
        parts += (',"command_id":', encode_basestring(metadata.command_id))
    if metadata.correlation_id is not None:
        parts += (',"correlation_id":', encode_basestring(metadata.correlation_id))
    parts += (',"role":', encode_basestring(metadata.role), "}")
    return "".join(parts)


def to_events(db: Any, rows: Iterable[Sequence[Any]], source: str) -> list[Event]:
    """Events as readers get them. `db` is the cursor they were read with."""
    return as_readers_get_them(db, [to_event(row, source) for row in rows])


def as_readers_get_them(db: Any, events: Sequence[Event]) -> list[Event]:
    """Opened, and of the newest version of their types: no reader meets another.

    In this order: what is sealed is sealed by the names of the version it was written in.
    """
    return [_newest(event) for event in open_events(db, events)]


def _newest(event: Event) -> Event:
    if event.schema_version == newest_version(event.type):
        return event
    version, data = upcast(event.type, event.schema_version, event.data)
    return replace(event, schema_version=version, data=data)


def first_events(db: Any, streams: Iterable[UUID], source: str) -> dict[UUID, Event]:
    """The first event of each stream that there is, opened: where lists find what their rows don't hold."""
    db.execute(_FIRST, ([str(stream) for stream in streams],))
    return {event.stream: event for event in to_events(db, db.fetchall(), source)}


def to_event(row: Sequence[Any], source: str, cursor: str = "", previous: str = "") -> Event:
    """`row` holds `COLUMNS`. As it lies: `as_readers_get_them` opens and upcasts many at once."""
    data = row[5]
    return Event(
        id=UUID(row[0]),
        stream=_stream(row[1]),
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
