"""An event as it was read: what costs to decode is decoded when somebody first looks at it.

Most readers pass over most of what a feed shows: a projector over types it has no handler for, a relay
over what is not published. Two ids, two times, a hash and two JSON texts are most of the cost of an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from shared.eventstore.decoding import decode
from shared.eventstore.event import Event
from shared.personal.values import SEALED

READ = """id, stream, version, type, schema_version, data::text, metadata::text, occurred_at::text,
recorded_at::text, hash::text"""
"""`COLUMNS` for `read_event`: everything as text, the cheapest that the driver has."""

put = object.__setattr__
"""Fills in an attribute of an event that was not decoded yet."""

new = object.__new__
_MARK = f'"{SEALED}":'

# Neighbours in a feed or a stream are often of one stream, and reading an id costs more than looking it up.
_stream = lru_cache(maxsize=4096)(UUID)


Decoder = Callable[[Any], None]
Decoders = Mapping[str, Decoder]


def decoded_by(data: Decoder, metadata: Decoder, fold: Decoder, rest: Decoder) -> Decoders:
    """By attribute: what is decoded together when somebody looks at one of them."""
    return {
        "data": data, "boxes": data, "metadata": metadata, "stream": fold, "occurred_at": fold,
        "id": rest, "recorded_at": rest, "hash": rest,
    }  # fmt: skip


class ReadEvent(Event):
    """Equal to an `Event` of the same content. `decoders` fill in what a name stands for, and its like."""

    __slots__ = ("row",)
    row: Any
    decoders: ClassVar[Decoders] = {}

    def __getattr__(self, name: str) -> Any:
        """Called for what was not decoded yet, and for what no event has."""
        decode = self.decoders.get(name)
        if decode is None:
            raise AttributeError(name)
        decode(self)
        return object.__getattribute__(self, name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return all(getattr(self, each.name) == getattr(other, each.name) for each in fields(Event))

    __hash__ = Event.__hash__


class Draft(Event):
    """What becomes a `ReadEvent` once it is filled in, by `draft.__class__ = …`.

    Each attribute of a frozen class takes a call of `object.__setattr__`, eight of them more than all else of
    an event. Slots as a `ReadEvent` has them make it possible, and the interpreter assigns to a slot without
    a call only where both of these are `object`'s.
    """

    __slots__ = ("row",)
    __setattr__ = object.__setattr__
    __delattr__ = object.__delattr__


def decode_data(event: ReadEvent, text: bytes) -> None:
    """And beside it what of it is sealed."""
    data = decode(text)
    put(event, "boxes", data.pop(SEALED, None))
    put(event, "data", data)


def decode_metadata(event: ReadEvent, text: bytes) -> None:
    put(event, "metadata", decode(text))


def read_event(row: Sequence[Any], source: str, cursor: str = "", previous: str = "") -> Event:
    """`row` begins with `READ`."""
    event: Any = new(Draft)
    event.row = row
    event.version = row[2]
    event.type = row[3]
    event.schema_version = row[4]
    event.source = source
    event.cursor = cursor
    event.previous = previous
    if row[5].rfind(_MARK) < 0:  # several times as fast as `in`, which gets ready for longer texts
        event.boxes = None
    event.__class__ = _TextEvent
    read: Event = event
    return read


def _decode_data(event: ReadEvent) -> None:
    decode_data(event, event.row[5].encode())


def _decode_metadata(event: ReadEvent) -> None:
    decode_metadata(event, event.row[6].encode())


def _decode_fold(event: ReadEvent) -> None:
    """What folds look at."""
    put(event, "stream", _stream(event.row[1]))
    put(event, "occurred_at", datetime.fromisoformat(event.row[7]))


def _decode_rest(event: ReadEvent) -> None:
    row = event.row
    put(event, "id", UUID(row[0]))
    put(event, "recorded_at", datetime.fromisoformat(row[8]))
    put(event, "hash", bytes.fromhex(row[9][2:]))


class _TextEvent(ReadEvent):
    """`row` holds `READ`."""

    __slots__ = ()
    decoders: ClassVar[Decoders] = decoded_by(_decode_data, _decode_metadata, _decode_fold, _decode_rest)
