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

from psycopg2.extensions import get_wait_callback

from shared.database.pool import Connection
from shared.database.prepared import Statement, prepare
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
_EPOCH, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def insert(connection: Connection, cursor: Any, rows: Sequence[Row]) -> None:
    """One statement, whatever the number of rows: outside of a transaction all are stored, or none."""
    if len(rows) == 1:
        binary = prepare(connection, _ONE)
        if binary is not None:
            binary.execute(*append_one_arguments(rows[0]))
        else:
            cursor.execute(_EXECUTE_ONE, _as_text(rows[0]))
    elif get_wait_callback() is None:
        cursor.copy_expert(_COPY, BytesIO(_copied(rows)), size=1 << 20)
    else:  # in a green process psycopg2 refuses COPY
        prepare(connection, _MANY)
        cursor.execute(_EXECUTE_MANY, _many(rows))


def append_one_arguments(row: Row) -> tuple[tuple[Any, ...], tuple[bytes, ...]]:
    """In the order of the statement's types."""
    return (
        (row.id.bytes, row.stream.bytes, row.version, row.schema_version,
         _micros(row.occurred_at), _micros(row.recorded_at)),
        (row.hash, row.type.encode(), row.data.encode(), row.metadata.encode()),
    )  # fmt: skip


def _as_text(row: Row) -> tuple[Any, ...]:
    return (
        row.id.hex, row.stream.hex, row.version, row.schema_version, row.occurred_at, row.recorded_at,
        row.hash, row.type, row.data, row.metadata,
    )  # fmt: skip


def _many(rows: Sequence[Row]) -> tuple[Any, ...]:
    ids, streams, versions, types, schemas, data, metadata, occurred, recorded, hashes = zip(
        *rows, strict=True
    )
    return (
        _array(ids), _array(streams), _array(versions), list(types), _array(schemas), list(data),
        list(metadata), _array(occurred), _array(recorded), _array(f"\\\\x{hash.hex()}" for hash in hashes),
    )  # fmt: skip


def _array(values: Iterable[Any]) -> str:
    """Of what holds no quote, as PostgreSQL writes an array."""
    return "{" + ",".join([f'"{value}"' for value in values]) + "}"


def _copied(rows: Sequence[Row]) -> bytes:
    parts = [_HEADER]
    for row in rows:
        kind, data, meta, hash = row.type.encode(), row.data.encode(), row.metadata.encode(), row.hash
        parts += (
            _IDS(10, 16, row.id.bytes, 16, row.stream.bytes, 4, row.version, len(kind)),
            kind, _SCHEMA(2, row.schema_version, len(data)), data, _LENGTH(len(meta)), meta,
            _TIMES(8, _micros(row.occurred_at), 8, _micros(row.recorded_at), len(hash)), hash,
        )  # fmt: skip
    parts.append(_TRAILER)
    return b"".join(parts)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
