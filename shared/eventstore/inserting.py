"""How rows get into `events`: a prepared statement for one, COPY for many, arrays where COPY is refused.

psycopg2 prepares nothing by itself, so a statement is prepared once per connection and executed by name:
the server then neither parses nor plans the INSERT. That, and the leadership locks, need a session of
one's own: PgBouncer only in session mode. The statement for one event gets its parameters in binary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from struct import Struct
from typing import Any
from uuid import UUID

from psycopg2.extensions import get_wait_callback

from shared.database.pool import Connection
from shared.database.prepared import Statement, prepare
from shared.eventstore.errors import StaleVersion
from shared.eventstore.rows import COLUMNS, Row

_ONE = Statement(
    "append_one",
    ("uuid", "uuid", "int", "smallint", "timestamptz", "timestamptz", "bytea", "text", "json", "json"),
    f"INSERT INTO events ({COLUMNS}) VALUES ($1, $2, $3, $8, $4, $9, $10, $5, $6, $7)",  # noqa: S608
)

# Positions are drawn in the order of the rows that reach the INSERT.
_MANY = Statement(
    "append_many",
    ("uuid[]", "uuid[]", "int[]", "text[]", "smallint[]", "text[]", "text[]", "timestamptz[]",
     "timestamptz[]", "bytea[]"),
    f"""INSERT INTO events ({COLUMNS})
SELECT id, stream, version, type, schema_version, data::json, metadata::json, occurred_at, recorded_at, hash
FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    WITH ORDINALITY AS new ({COLUMNS}, place)
ORDER BY place""",  # noqa: S608
)  # fmt: skip

_EXECUTE_ONE = "EXECUTE append_one (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_EXECUTE_MANY = "EXECUTE append_many (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"

_COPY = f"COPY events ({COLUMNS}) FROM STDIN WITH (FORMAT binary)"

# PostgreSQL's binary COPY: a header, rows as (number of fields, then length and bytes of each), a trailer.
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_IDS = Struct(">hi16si16siii").pack
_SCHEMA = Struct(">ihi").pack
_LENGTH = Struct(">i").pack
_TIMES = Struct(">iqiqi").pack
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_FROM_1970 = (datetime(2000, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
"""PostgreSQL counts from 2000."""


def insert(connection: Connection, rows: Sequence[Row]) -> None:
    """One statement, whatever the number of rows: outside of a transaction all are stored, or none."""
    if len(rows) == 1:
        binary = connection.prepared.get(_ONE.name) or prepare(connection, _ONE)
        if binary is not None:
            binary.execute(*append_one_arguments(rows[0]))
        else:
            connection.cursor().execute(_EXECUTE_ONE, _as_text(rows[0]))
    elif get_wait_callback() is None:
        connection.cursor().copy_expert(_COPY, BytesIO(_copied(rows)), size=1 << 20)
    else:  # in a green process psycopg2 refuses COPY
        prepare(connection, _MANY)
        connection.cursor().execute(_EXECUTE_MANY, _many(rows))


def insertion(connection: Connection, rows: Sequence[Row]) -> bytes:
    """The same as text, to be sent with other statements."""
    if len(rows) == 1:
        prepare(connection, _ONE)
        return connection.cursor().mogrify(_EXECUTE_ONE, _as_text(rows[0]))
    prepare(connection, _MANY)
    return connection.cursor().mogrify(_EXECUTE_MANY, _many(rows))


def stale(rows: Sequence[Row], said: str) -> StaleVersion:
    """Of several streams written at once, the one that the database names."""
    streams = {row.stream: UUID(bytes=row.stream) for row in rows}
    named = next((bare for bare, stream in streams.items() if str(stream) in said), rows[0].stream)
    first = min(row.version for row in rows if row.stream == named)
    return StaleVersion(streams[named], first - 1)


def append_one_arguments(row: Row) -> tuple[tuple[Any, ...], tuple[bytes, ...]]:
    """In the order of the statement's types."""
    id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash = row
    return (
        (id, stream, version, schema_version, occurred_at - _FROM_1970, recorded_at - _FROM_1970),
        (hash, type, data, metadata),
    )


def _as_text(row: Row) -> tuple[Any, ...]:
    return (
        row.id.hex(), row.stream.hex(), row.version, row.schema_version, _moment(row.occurred_at),
        _moment(row.recorded_at), row.hash, row.type.decode(), row.data.decode(), row.metadata.decode(),
    )  # fmt: skip


def _many(rows: Sequence[Row]) -> tuple[Any, ...]:
    ids, streams, versions, types, schemas, data, metadata, occurred, recorded, hashes = zip(
        *rows, strict=True
    )
    return (
        _array(map(bytes.hex, ids)), _array(map(bytes.hex, streams)), _array(versions), _texts(types),
        _array(schemas), _texts(data), _texts(metadata), _array(map(_moment, occurred)),
        _array(map(_moment, recorded)), _array(f"\\\\x{hash.hex()}" for hash in hashes),
    )  # fmt: skip


def _texts(values: Iterable[bytes]) -> list[str]:
    return [value.decode() for value in values]


def _array(values: Iterable[Any]) -> str:
    """Of what holds no quote, as PostgreSQL writes an array."""
    return "{" + ",".join([f'"{value}"' for value in values]) + "}"


def _copied(rows: Sequence[Row]) -> bytes:
    parts = [_HEADER]
    for id, stream, version, type, schema, data, metadata, occurred, recorded, hash in rows:
        parts += (
            _IDS(10, 16, id, 16, stream, 4, version, len(type)), type, _SCHEMA(2, schema, len(data)), data,
            _LENGTH(len(metadata)), metadata,
            _TIMES(8, occurred - _FROM_1970, 8, recorded - _FROM_1970, len(hash)), hash,
        )  # fmt: skip
    parts.append(_TRAILER)
    return b"".join(parts)


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND
