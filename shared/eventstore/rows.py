"""The one place where a new event becomes a stored row, and the one where a row becomes an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
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


_row: Any = partial(tuple.__new__, Row)
"""`Row._make` without a call into Python and back."""


def to_rows(
    stream: bytes,
    expected_version: int,
    previous: bytes,
    events: Sequence[NewEvent],
    bodies: Sequence[Any] | None,
    metadata: Metadata,
    recorded_at: datetime,
    algorithm: Algorithm,
) -> list[Row]:
    """The events as they are stored after a stream's version whose hash is `previous`.

    `bodies` is their data with the personal values sealed; None if nothing is to be sealed.
    """
    rows, version = [], expected_version
    meta, recorded = metadata_text(metadata).encode(), micros(recorded_at)
    for place, (name, body, occurred_at, schema, event_id) in enumerate(events):
        version += 1
        id, type, occurred = event_id.int.to_bytes(16, "big"), name.encode(), micros(occurred_at)
        data = canonical(body if bodies is None else bodies[place]).encode()
        previous = chain_bytes(
            previous, id, stream, version, type, schema, meta, occurred, recorded, data, algorithm
        )
        rows.append(_row((id, stream, version, type, schema, data, meta, occurred, recorded, previous)))
    return rows


def metadata_text(metadata: Metadata) -> str:
    """`canonical` of it: five names that are known, in their order, and strings."""
    actor, role, command_id, correlation_id, causation_id = metadata
    text = f'{{"actor":{encode_basestring(actor)}'
    if causation_id is not None:
        text = f'{text},"causation_id":{encode_basestring(causation_id)}'
    if command_id is not None:
        text = f'{text},"command_id":{encode_basestring(command_id)}'
    if correlation_id is not None:
        text = f'{text},"correlation_id":{encode_basestring(correlation_id)}'
    return f'{text},"role":{encode_basestring(role)}}}'


def to_events(db: Any, rows: Iterable[Sequence[Any]], source: str) -> list[Event]:
    """Events as readers get them. `db` is the cursor they were read with."""
    return as_readers_get_them(db, [to_event(row, source) for row in rows])


def as_readers_get_them(db: Any, events: Sequence[Event]) -> list[Event]:
    """Opened, and of the newest version of their types: no reader meets another.

    In this order: what is sealed is sealed by the names of the version it was written in.
    """
    newest = {type: newest_version(type) for type in {event.type for event in events}}
    return [
        event if event.schema_version == newest[event.type] else _upcast(event)
        for event in open_events(db, events)
    ]


def _upcast(event: Event) -> Event:
    version, data = upcast(event.type, event.schema_version, event.data)
    return replace(event, schema_version=version, data=data)


def read_stream(cursor: Any, stream: UUID, after_version: int, source: str) -> list[Event]:
    cursor.execute(
        f"SELECT {COLUMNS} FROM events WHERE stream = %s AND version > %s ORDER BY version",  # noqa: S608
        (str(stream), after_version),
    )
    return to_events(cursor, cursor.fetchall(), source)


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
