"""An event as it was read: what costs to decode is decoded when somebody first looks at it.

Most readers pass over most of what a feed shows: a projector over types it has no handler for, a relay
over what is not published. Two ids, two times, a hash and two JSON texts are most of the cost of an event.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from shared.eventstore.event import Event
from shared.personal.values import SEALED

READ = """id, stream, version, type, schema_version, data::text, metadata::text, occurred_at::text,
recorded_at::text, hash::text"""
"""`COLUMNS` for `read_event`: everything as text, the cheapest that the driver has."""

_set = object.__setattr__
_new = object.__new__
_json = json.JSONDecoder().raw_decode
_MARK = f'"{SEALED}":'

# Neighbours in a feed or a stream are often of one stream, and reading an id costs more than looking it up.
_stream = lru_cache(maxsize=4096)(UUID)


class ReadEvent(Event):
    """Equal to an `Event` of the same content."""

    __slots__ = ("_row",)
    _row: Sequence[Any]

    def __getattr__(self, name: str) -> Any:
        """Called for what was not decoded yet, and for what no event has."""
        if name in ("data", "boxes"):
            _decode_data(self)
        elif name == "metadata":
            _set(self, "metadata", _json(self._row[6])[0])
        elif name in ("stream", "occurred_at"):  # what folds look at
            _set(self, "stream", _stream(self._row[1]))
            _set(self, "occurred_at", datetime.fromisoformat(self._row[7]))
        elif name in ("id", "recorded_at", "hash"):
            _decode_rest(self)
        else:
            raise AttributeError(name)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(Event))

    __hash__ = Event.__hash__


def read_event(row: Sequence[Any], source: str, cursor: str = "", previous: str = "") -> Event:
    """`row` begins with `READ`."""
    event = _new(ReadEvent)
    _set(event, "_row", row)
    _set(event, "version", row[2])
    _set(event, "type", row[3])
    _set(event, "schema_version", row[4])
    _set(event, "source", source)
    _set(event, "cursor", cursor)
    _set(event, "previous", previous)
    if _MARK not in row[5]:
        _set(event, "boxes", None)
    return event


def _decode_data(event: ReadEvent) -> None:
    data = _json(event._row[5])[0]
    _set(event, "boxes", data.pop(SEALED, None))
    _set(event, "data", data)


def _decode_rest(event: ReadEvent) -> None:
    row = event._row
    _set(event, "id", UUID(row[0]))
    _set(event, "recorded_at", datetime.fromisoformat(row[8]))
    _set(event, "hash", bytes.fromhex(row[9][2:]))
