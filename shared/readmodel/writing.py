"""Rows of a read model, written many at once: in one statement for a batch, by COPY for a whole copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from io import StringIO
from typing import Any

from psycopg2.extras import execute_values

Row = Sequence[Any]
"""Values of a table's columns: None, text, whole numbers, booleans, moments, dates, UUIDs, JSON as text."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def upsert(db: Any, table: str, columns: Sequence[str], key: Sequence[str], rows: Sequence[Row]) -> None:
    """One statement however many rows; the whole row is set anew. No key may come twice in `rows`."""
    _insert(db, table, columns, rows, _setting_anew(tuple(columns), tuple(key)))


def insert_new(db: Any, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The same for rows that are never changed: one that is there already stays as it is."""
    _insert(db, table, columns, rows, "ON CONFLICT DO NOTHING")


def insert(db: Any, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """The same for rows that nobody may have written before; fails when one is there."""
    _insert(db, table, columns, rows, "")


def change(db: Any, table: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Set columns of rows that are there, in one statement. The first of `columns` (name -> type) is the
    key; of several rows with one key the last counts. Keys that are not there are passed over."""
    if not rows:
        return
    last = list({row[0]: row for row in rows}.values())
    statement = _change_statement(table, tuple(columns))
    template = f"({', '.join(f'%s::{type}' for type in columns.values())})"
    execute_values(db, statement, last, template, page_size=len(last))


def copy_rows(db: Any, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """By COPY: for a plain process only, since a green one can't wait for it without stopping the others."""
    lines = StringIO()
    for row in rows:
        lines.write("\t".join([_text(value) for value in row]))
        lines.write("\n")
    lines.seek(0)
    db.copy_expert(f"COPY {_quoted(table)} ({_names(columns)}) FROM STDIN", lines)


def _insert(db: Any, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str) -> None:
    if not rows:
        return
    statement = _insert_statement(table, tuple(columns), conflict)
    execute_values(db, statement, rows, page_size=len(rows))


# A read model writes a few statements over and over: putting one together cost more than sending it.
@cache
def _insert_statement(table: str, columns: tuple[str, ...], conflict: str) -> str:
    return f"INSERT INTO {_quoted(table)} ({_names(columns)}) VALUES %s {conflict}"  # noqa: S608 - quoted


@cache
def _setting_anew(columns: tuple[str, ...], key: tuple[str, ...]) -> str:
    changed = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in columns if name not in key)
    return f"ON CONFLICT ({_names(key)}) DO UPDATE SET {changed}"


@cache
def _change_statement(table: str, columns: tuple[str, ...]) -> str:
    key, *changed = map(_quoted, columns)
    settings = ", ".join(f"{name} = v.{name}" for name in changed)
    values = f"(VALUES %s) AS v ({_names(columns)})"
    return f"UPDATE {_quoted(table)} AS t SET {settings} FROM {values} WHERE t.{key} = v.{key}"  # noqa: S608


def _names(columns: Sequence[str]) -> str:
    return ", ".join(map(_quoted, columns))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


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
