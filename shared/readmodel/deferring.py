"""Keys and indexes of a copy that is being loaded: taken away while it is empty, made when it is full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg2 import sql

_KEYS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND k.contype IN ('p', 'u', 'x') ORDER BY c.relname, k.contype, k.conname
"""
_INDEXES = """
SELECT i.relname, pg_get_indexdef(x.indexrelid) FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE n.nspname = %s AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)
ORDER BY i.relname
"""


def take_away(db: Any, schema: str) -> list[str]:
    """Answers the statements that make them again, the keys first."""
    db.execute(_KEYS, (schema,))
    keys = db.fetchall()
    db.execute(_INDEXES, (schema,))
    indexes = db.fetchall()
    for name, _ in indexes:
        db.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(schema, name)))
    statements = []
    for table, name, definition in keys:
        alter = sql.SQL("ALTER TABLE {} {} CONSTRAINT {}")
        names = (sql.Identifier(schema, table), sql.Identifier(name))
        db.execute(alter.format(names[0], sql.SQL("DROP"), names[1]))
        statements.append(alter.format(names[0], sql.SQL("ADD"), names[1]).as_string(db) + f" {definition}")
    return statements + [definition for _, definition in indexes]


def make(db: Any, statements: Sequence[str]) -> None:
    """With more memory than a query gets, and as long as it takes."""
    db.execute("SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL statement_timeout = 0")
    for statement in statements:
        db.execute(statement)
