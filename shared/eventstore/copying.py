"""Events by binary COPY: the server sends rows as it finds them, and nobody writes or reads them as text.

An ordinary query is answered when the client has all of it, each column as text. By COPY the driver hands
over each row as the bytes that came, while the server looks for the next. An event keeps its row and takes
from it what is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from struct import error as StructError
from typing import Any, ClassVar
from uuid import UUID

from psycopg2.extensions import get_wait_callback

from shared.eventstore.event import Event
from shared.eventstore.reading import (
    Decoders,
    Draft,
    ReadEvent,
    decode_data,
    decode_metadata,
    decoded_by,
    new,
    put,
)
from shared.personal.values import SEALED

COPIED = """tick, position, version, schema_version, id, stream, occurred_at, recorded_at,
type, data, metadata, hash"""
"""What is copied: first what has one length, so that it lies at one place."""

_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"

# A row is the number of its fields, then each after its length.
_FIELDS = COPIED.count(",") + 1
_head = Struct(">h4xq4xq4xi4xh64xi").unpack_from
_ID, _STREAM, _OCCURRED, _RECORDED, _TYPE = slice(44, 60), slice(64, 80), 84, 96, 104
_moment = Struct(">q").unpack_from
_size = Struct(">i").unpack_from
_MARK = f'"{SEALED}":'.encode()
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def may_copy(cursor: Any) -> bool:
    """psycopg2 refuses COPY where it waits by a callback, as it must in a green process. And text that is
    copied comes in the session's encoding."""
    return get_wait_callback() is None and cursor.connection.encoding == "UTF8"


def copy_out(cursor: Any, query: str, values: Mapping[str, Any], take: Callable[[bytes, Any], None]) -> None:
    """Each row of a query over `COPIED` goes to `take` with its head, while the server looks for the next.

    Settings may stand before the query, each ended by a semicolon. `take` can't use the connection.
    """
    settings, _, query = query.rpartition(";")
    statement = cursor.mogrify(f"{settings}; COPY ({query}) TO STDOUT (FORMAT binary)", values)
    stream = _Stream(take)
    cursor.copy_expert(statement, stream)
    if not stream.ended:
        raise ValueError("a COPY that has no end")


class _Stream:
    """What COPY is written to. The server sends each row by itself, the header before the first."""

    def __init__(self, take: Callable[[bytes, Any], None]) -> None:
        self.ended = False
        self._take = take
        self.write = self._writer()

    def _writer(self) -> Callable[[bytes], None]:
        take, edge = self._take, self._edge

        def write(part: bytes) -> None:
            try:
                head = _head(part)
            except StructError:
                edge(part)
                return
            if head[0] == _FIELDS:
                take(part, head)
            else:
                edge(part)

        return write

    def _edge(self, part: bytes) -> None:
        if part.startswith(_HEADER):
            self.write(part.removeprefix(_HEADER))
        elif part == _TRAILER:
            self.ended = True
        elif part:
            raise ValueError("no row of the columns that were asked for")


class CopiedEvents:
    """Events of a page, with cursors of `epoch`, the first of them after `after`; without an epoch they have
    none."""

    columns = COPIED

    def __init__(self, epoch: str, after: str, source: str) -> None:
        self.events: list[Event] = []
        self._take = _taker(self.events.append, epoch, after, source)

    def read(self, cursor: Any, query: str, values: Mapping[str, Any]) -> None:
        copy_out(cursor, query, values, self._take)

    def tick(self, number: int) -> int:
        event: Any = self.events[number]
        return int(_head(event.row)[1])


def _taker(add: Callable[[Event], None], epoch: str, after: str, source: str) -> Callable[[bytes, Any], None]:
    """`previous` is the event before in the same category, or `after`: nothing of it lies between."""
    last: dict[str, str] = {}

    def take(row: bytes, head: Any) -> None:
        _, tick, position, version, schema_version, length = head
        event: Any = new(Draft)
        event.row = row
        event.version = version
        event.schema_version = schema_version
        event.source = source
        event.type, category = _type(row[_TYPE + 4 : _TYPE + 4 + length])
        # as `encode` writes it
        event.cursor = cursor = f"{epoch}-{tick:x}-{position:x}" if epoch else ""
        event.previous = last.get(category, after)
        if row.rfind(_MARK) < 0:
            event.boxes = None
        event.__class__ = CopiedEvent
        last[category] = cursor
        add(event)

    return take


@lru_cache(maxsize=4096)
def _type(name: bytes) -> tuple[str, str]:
    type = name.decode()
    return type, type.partition(".")[0]


# Neighbours in a feed or a stream are often of one stream.
_stream = lru_cache(maxsize=4096)(lambda id: UUID(bytes=id))


def _decode_data(event: ReadEvent) -> None:
    row = event.row
    begin = _TYPE + 8 + _size(row, _TYPE)[0]
    decode_data(event, row[begin : begin + _size(row, begin - 4)[0]])


def _decode_metadata(event: ReadEvent) -> None:
    begin, end = _field(event.row, 2)
    decode_metadata(event, event.row[begin:end])


def _decode_fold(event: ReadEvent) -> None:
    """What folds look at."""
    put(event, "stream", _stream(event.row[_STREAM]))
    put(event, "occurred_at", _time(event.row, _OCCURRED))


def _decode_rest(event: ReadEvent) -> None:
    row = event.row
    begin, end = _field(row, 3)
    put(event, "id", UUID(bytes=row[_ID]))
    put(event, "recorded_at", _time(row, _RECORDED))
    put(event, "hash", row[begin:end])


def _field(row: bytes, number: int) -> tuple[int, int]:
    """Where a field lies, counted from the type on."""
    begin = _TYPE + 4
    end = begin + _size(row, _TYPE)[0]
    for _ in range(number):
        begin = end + 4
        end = begin + _size(row, end)[0]
    return begin, end


def _time(row: bytes, place: int) -> datetime:
    return _EPOCH + timedelta(microseconds=_moment(row, place)[0])


class CopiedEvent(ReadEvent):
    """`row` holds `COPIED`."""

    __slots__ = ()
    decoders: ClassVar[Decoders] = decoded_by(_decode_data, _decode_metadata, _decode_fold, _decode_rest)
