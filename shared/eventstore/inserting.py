"""How rows get into `events`: a prepared statement for one, COPY for many, arrays where COPY is refused.

psycopg2 has no binary protocol and prepares nothing by itself, so a statement is prepared once per
connection and executed by name: the server then neither parses nor plans the INSERT. That, and the
leadership locks, need a session of one's own: PgBouncer only in session mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from struct import Struct
from typing import Any

from psycopg2.extensions import AsIs, get_wait_callback

from shared.database.pool import Connection
from shared.eventstore.rows import COLUMNS, Row

_ONE = f"""PREPARE append_one
(uuid, uuid, int, smallint, timestamptz, timestamptz, bytea, text, json, json) AS
INSERT INTO events ({COLUMNS}) VALUES ($1, $2, $3, $8, $4, $9, $10, $5, $6, $7)"""  # noqa: S608

# Positions are drawn in the order of the rows that reach the INSERT.
_MANY = f"""PREPARE append_many
(uuid[], uuid[], int[], text[], smallint[], text[], text[], timestamptz[], timestamptz[], bytea[]) AS
INSERT INTO events ({COLUMNS})
SELECT id, stream, version, type, schema_version, data::json, metadata::json, occurred_at, recorded_at, hash
FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    WITH ORDINALITY AS new ({COLUMNS}, place)
ORDER BY place"""  # noqa: S608

_EXECUTE_MANY = "EXECUTE append_many (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_STATEMENTS = {"append_one": _ONE, "append_many": _MANY}

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
        prepare(connection, cursor, "append_one")
        cursor.execute("EXECUTE append_one (%s, %s, %s, %s)", append_one_arguments(rows[0]))
    elif get_wait_callback() is None:
        cursor.copy_expert(_COPY, BytesIO(_copied(rows)), size=1 << 20)
    else:  # in a green process psycopg2 refuses COPY
        prepare(connection, cursor, "append_many")
        cursor.execute(_EXECUTE_MANY, _many(rows))


def prepare(connection: Connection, cursor: Any, name: str) -> None:
    """Once per connection; a PREPARE is not undone by a rollback."""
    if name not in connection.prepared:
        cursor.execute(_STATEMENTS[name])
        connection.prepared.add(name)


def append_one_arguments(row: Row) -> tuple[Any, ...]:
    """Text goes through the driver's quoting. The other values can't hold a quote by their type, and
    are written here: as parameters each would cost as much as the text (a microsecond)."""
    typed = (
        f"'{row.id.int:032x}', '{row.stream.int:032x}', {row.version:d}, {row.schema_version:d},"
        f" '{row.occurred_at}', '{row.recorded_at}', '\\x{row.hash.hex()}'"
    )
    return AsIs(typed), row.type, row.data, row.metadata


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
