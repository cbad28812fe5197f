"""Rows of a read model, written many at once: in one statement for a batch, by COPY for a whole copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from psycopg2 import sql
from psycopg2.extras import execute_values

Row = Sequence[Any]
"""Values of a table's columns: None, text, whole numbers, booleans, moments, dates, UUIDs, JSON as text."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def upsert(db: Any, table: str, columns: Sequence[str], key: Sequence[str], rows: Sequence[Row]) -> None:
    """One statement however many rows; the whole row is set anew. No key may come twice in `rows`."""
    changed = [name for name in columns if name not in key]
    settings = sql.SQL(", ").join(
        sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in changed
    )
    _insert(db, table, columns, rows, sql.SQL("({}) DO UPDATE SET {}").format(_names(key), settings))


def insert_new(db: Any, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The same for rows that are never changed: one that is there already stays as it is."""
    _insert(db, table, columns, rows, sql.SQL("DO NOTHING"))


def insert(db: Any, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The same for rows that nobody may have written before; fails when one is there."""
    _insert(db, table, columns, rows, None)


def change(db: Any, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Set columns of rows that are there, in one statement. The first of `columns` (name -> type) is the
    key; of several rows with one key the last counts. Keys that are not there are passed over."""
    if not rows:
        return
    key, *changed = columns
    last = list({row[0]: row for row in rows}.values())
    statement = sql.SQL("UPDATE {} AS t SET {} FROM (VALUES %s) AS v ({}) WHERE t.{} = v.{}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name in changed),
        _names(list(columns)),
        *[sql.Identifier(key)] * 2,
    )
    template = f"({', '.join(f'%s::{type}' for type in columns.values())})"
    execute_values(db, statement, last, template, page_size=len(last))


def copy_rows(db: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """By COPY: for a plain process only, since a green one can't wait for it without stopping the others."""
    lines = StringIO()
    for row in rows:
        lines.write("\t".join([_text(value) for value in row]))
        lines.write("\n")
    lines.seek(0)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), _names(columns))
    db.copy_expert(statement, lines)


def _insert(
    db: Any, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: sql.Composable | None
) -> None:
    if not rows:
        return
    statement = sql.SQL("INSERT INTO {} ({}) VALUES %s").format(sql.Identifier(table), _names(columns))
    if conflict is not None:
        statement = sql.SQL("{} ON CONFLICT {}").format(statement, conflict)
    execute_values(db, statement, rows, page_size=len(rows))


def _names(columns: Sequence[str]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, columns))


def _text(value: Any) -> str:
    """COPY's text format."""
    if value is None:
        return _NULL
    if isinstance(value, str):
        return value.translate(_ESCAPES) if _is_special(value) else value
    if value is True or value is False:
        return "t" if value else "f"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _is_special(value: str) -> bool:
    return "\\" in value or "\n" in value or "\t" in value or "\r" in value
