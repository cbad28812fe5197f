"""Two copies of a read model, compared row by row and told apart column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from shared.readmodel.beside import tables
from shared.readmodel.model import ReadModel

MASK = "***"

_KEY = """
SELECT a.attname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(x.indkey)
WHERE x.indisprimary AND n.nspname = %s AND c.relname = %s ORDER BY array_position(x.indkey::int2[], a.attnum)
"""

# Rows are compared as text first, which is quick and may only err by taking equal JSON in another spelling
# for a difference; jsonb, which knows equality for every type, has the last word.
_BY_KEY = """
SELECT to_jsonb(s), to_jsonb(r), count(*) OVER () FROM {serving} s FULL JOIN {replayed} r USING ({key})
WHERE s::text IS DISTINCT FROM r::text AND to_jsonb(s) IS DISTINCT FROM to_jsonb(r)
ORDER BY {key} LIMIT %s
"""
_NO_KEY = """
WITH s AS (SELECT to_jsonb(t) AS row FROM {serving} t), r AS (SELECT to_jsonb(t) AS row FROM {replayed} t),
     different AS ((SELECT row, NULL::jsonb FROM (SELECT row FROM s EXCEPT ALL SELECT row FROM r) surplus)
         UNION ALL (SELECT NULL, row FROM (SELECT row FROM r EXCEPT ALL SELECT row FROM s) missing))
SELECT *, count(*) OVER () FROM different LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class ColumnDifference:
    """`serving` and `replayed` are values as JSON has them, `MASK` where the column is personal."""

    column: str
    serving: Any
    replayed: Any


@dataclass(frozen=True, slots=True)
class RowDifference:
    """`kind`: `surplus` serves but is not in the replay, `missing` is in the replay but doesn't serve,
    `changed` is in both with other values. `key` is the whole row where the table has no key."""

    kind: str
    key: dict[str, Any]
    columns: tuple[ColumnDifference, ...]


@dataclass(frozen=True, slots=True)
class TableDifference:
    """`serving` and `replayed` count rows. `differing` counts all rows that differ; `rows` are the first."""

    table: str
    serving: int
    replayed: int
    differing: int
    rows: tuple[RowDifference, ...]

    @property
    def equal(self) -> bool:
        return self.differing == 0


def compare(cursor: Any, model: ReadModel, schema: str, first: int) -> tuple[TableDifference, ...]:
    """The serving copy against the one in `schema`. A table that only one of them has differs wholly."""
    here, there = tables(cursor, model.schema), tables(cursor, schema)
    return tuple(_compare(cursor, model, schema, table, first) for table in sorted(here & there)) + tuple(
        _alone(cursor, model.schema if table in here else schema, table, serves=table in here)
        for table in sorted(here ^ there)
    )


def _compare(cursor: Any, model: ReadModel, schema: str, table: str, first: int) -> TableDifference:
    serving, replayed = sql.Identifier(model.schema, table), sql.Identifier(schema, table)
    key = _key(cursor, schema, table)
    query = sql.SQL(_BY_KEY if key else _NO_KEY).format(
        serving=serving, replayed=replayed, key=sql.SQL(", ").join(map(sql.Identifier, key))
    )
    cursor.execute(query, (max(first, 1),))
    rows = cursor.fetchall()
    described = tuple(_describe(one, other, key, model.personal) for one, other, _ in rows[:first])
    differing = rows[0][2] if rows else 0
    return TableDifference(table, _count(cursor, serving), _count(cursor, replayed), differing, described)


def _alone(cursor: Any, schema: str, table: str, *, serves: bool) -> TableDifference:
    rows = _count(cursor, sql.Identifier(schema, table))
    return TableDifference(table, rows if serves else 0, 0 if serves else rows, max(rows, 1), ())


def _describe(
    serving: dict[str, Any] | None, replayed: dict[str, Any] | None, key: list[str], personal: frozenset[str]
) -> RowDifference:
    kind = "surplus" if replayed is None else "missing" if serving is None else "changed"
    one, other = serving or {}, replayed or {}
    either = one or other
    names = [name for name in either if name not in key and one.get(name) != other.get(name)]
    shown = {name: MASK if name in personal else either[name] for name in key or either}
    if kind != "changed" and not key:
        names = []
    return RowDifference(
        kind,
        shown,
        tuple(
            ColumnDifference(
                name, _value(one.get(name), name in personal), _value(other.get(name), name in personal)
            )
            for name in names
        ),
    )


def _value(value: Any, personal: bool) -> Any:
    return MASK if personal and value is not None else value


def _key(cursor: Any, schema: str, table: str) -> list[str]:
    cursor.execute(_KEY, (schema, table))
    return [row[0] for row in cursor.fetchall()]


def _count(cursor: Any, name: sql.Composable) -> int:
    cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(name))
    return int(cursor.fetchone()[0])
