"""Tables of a service as files, by COPY: all but events, ticks, and what is rebuilt."""

from __future__ import annotations

import gzip
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from psycopg2 import sql

APART = {
    *("events", "ticks", "seals"),  # go their own way
    *("feed_epoch", "feed_epochs"),  # nothing of earlier epochs is a place in a store with other numbers
    *("migrations", "read_models"),  # are made by migrating
    *("rebuilds", "rebuild_shares", "rebuild_runs"),  # are of the copies that were built here
}


def tables_of(cursor: Any, schema: str) -> dict[str, list[str]]:
    """Name to columns, a table after those that it refers to."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " AND a.attgenerated = '' WHERE n.nspname = %s AND c.relkind = 'r' GROUP BY c.relname",
        (schema,),
    )
    columns = {name: list(found) for name, found in cursor.fetchall() if name not in APART}
    cursor.execute(
        "SELECT c.relname, r.relname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
        " JOIN pg_class r ON r.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE k.contype = 'f' AND n.nspname = %s AND c.oid <> r.oid",
        (schema,),
    )
    order = TopologicalSorter({name: set() for name in columns})
    for name, other in cursor.fetchall():
        if name in columns and other in columns:
            order.add(name, other)
    return {name: columns[name] for name in order.static_order()}


def copy_out(cursor: Any, schema: str, table: str, columns: list[str], folder: Path) -> int:
    """One file; answers its rows."""
    wanted = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(schema, table), _names(columns))
    with gzip.open(folder / f"{table}.copy.gz", "wb", compresslevel=1) as stream:
        cursor.copy_expert(wanted, stream)
    return int(cursor.rowcount)


def copy_in(cursor: Any, schema: str, table: str, columns: list[str], folder: Path) -> None:
    """What migrations put into the table goes first: the backup has its own."""
    target = sql.Identifier(schema, table)
    cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(target))
    if cursor.fetchone()[0]:
        cursor.execute(sql.SQL("DELETE FROM {}").format(target))
    wanted = sql.SQL("COPY {} ({}) FROM STDIN").format(target, _names(columns))
    with gzip.open(folder / f"{table}.copy.gz", "rb") as stream:
        cursor.copy_expert(wanted, stream)
    _advance_sequences(cursor, schema, table, columns)


def _advance_sequences(cursor: Any, schema: str, table: str, columns: list[str]) -> None:
    """New rows are numbered after the old ones."""
    for column in columns:
        cursor.execute(
            "SELECT pg_get_serial_sequence(%s, %s)",
            (sql.Identifier(schema, table).as_string(cursor), column),
        )
        sequence = cursor.fetchone()[0]
        if sequence:
            cursor.execute(
                sql.SQL("SELECT setval(%s, greatest((SELECT max({}) FROM {}), 1))").format(
                    sql.Identifier(column), sql.Identifier(schema, table)
                ),
                (sequence,),
            )


def _names(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
