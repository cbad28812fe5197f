"""Numbered SQL files, each applied once, under an advisory lock."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import structlog
from psycopg2 import sql

from shared.database.pool import Database
from shared.service.spec import ServiceSpec

_LOCK = 7_310_002
_MIGRATIONS = (
    "CREATE TABLE IF NOT EXISTS migrations"
    " (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
)
_SHARED = ("shared.eventstore.migrations", "shared.personal.migrations")

log = structlog.get_logger(__name__)


def migrate(db: Database, spec: ServiceSpec) -> list[str]:
    """Bring a service's database up to date; answers what was applied. Blocks while another does it."""
    packages = _packages(spec)
    applied = []
    with db.transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        cursor.execute(_MIGRATIONS)
        cursor.execute("SELECT name FROM migrations")
        known = {row[0] for row in cursor.fetchall()}
        for package in packages:
            for name, script in _scripts(package):
                if name not in known:
                    cursor.execute(script)
                    cursor.execute("INSERT INTO migrations (name) VALUES (%s)", (name,))
                    applied.append(name)
        for model in spec.read_models:
            applied += _create_read_model(cursor, model)
            _begin_checkpoints(cursor, model)
    return applied


def migrate_up_to(db: Database, spec: ServiceSpec, names: Sequence[str]) -> None:
    """Bring an empty database to where exactly these migrations brought another: for data that was in it.

    Raises `UnknownMigration` for one that this program does not have. Read models are not made.
    """
    scripts = {name: script for package in _packages(spec) for name, script in _scripts(package)}
    unknown = set(names) - set(scripts)
    if unknown:
        raise UnknownMigration(sorted(unknown))
    with db.transaction() as cursor:
        cursor.execute(_MIGRATIONS)
        for name in (name for name in scripts if name in set(names)):
            cursor.execute(scripts[name])
            cursor.execute("INSERT INTO migrations (name) VALUES (%s)", (name,))


class UnknownMigration(Exception):
    """The data was written by a newer program than this one."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"a newer program has migrated it: {', '.join(names)}")
        self.names = names


def _packages(spec: ServiceSpec) -> list[str]:
    return [*_SHARED, *([spec.migrations] if spec.migrations else [])]


def grant_application(db: Database, spec: ServiceSpec, role: str) -> None:
    """Let a role that owns nothing serve the application: read and write, but no UPDATE or DELETE of events.

    For the cluster shape, where migrations and rebuilds run as the owner and services as `role`. Run
    after each migration: it also covers what that made. The trigger on `events` refuses in any case.
    """
    with db.transaction() as cursor:
        cursor.execute(_SCHEMAS)
        for (schema,) in cursor.fetchall():
            _grant(cursor, schema, role)
        for revoke in (_APPEND_ONLY, _NO_MIGRATION):
            cursor.execute(sql.SQL(revoke).format(role=sql.Identifier(role)))


def grant_alike(cursor: Any, one: str, other: str) -> None:
    """Let the roles that may use one read model's schema use another one, which is to take its place."""
    cursor.execute(_USERS, (one,))
    for (role,) in cursor.fetchall():
        _grant(cursor, other, role)


def _grant(cursor: Any, schema: str, role: str) -> None:
    for grant in (_USE, _WRITE, _DRAW, _LATER):
        cursor.execute(sql.SQL(grant).format(schema=sql.Identifier(schema), role=sql.Identifier(role)))


_USERS = """
SELECT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE n.nspname = %s AND a.privilege_type = 'USAGE' AND a.grantee <> n.nspowner
"""
_SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'vault') OR nspname LIKE 'rm\\_%'"
_USE = "GRANT USAGE ON SCHEMA {schema} TO {role}"
_WRITE = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}"
_DRAW = "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"
_LATER = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}"
)
_APPEND_ONLY = "REVOKE UPDATE, DELETE, TRUNCATE ON events, ticks, seals, seal_entries FROM {role}"
_NO_MIGRATION = "REVOKE INSERT, UPDATE, DELETE ON migrations, feed_epoch FROM {role}"


def _begin_checkpoints(cursor: Any, model: Any) -> None:
    """A row for each feed it follows, so that who waits for it knows what it follows."""
    for source in model.sources:
        cursor.execute(
            "INSERT INTO checkpoints (subscriber, source, category, cursor) VALUES (%s, %s, %s, '')"
            " ON CONFLICT DO NOTHING",
            (model.name, source.service, source.category),
        )


def _scripts(package: str) -> list[tuple[str, str]]:
    found = [item for item in files(package).iterdir() if item.name.endswith(".sql")]
    return [
        (f"{package}/{item.name}", item.read_text("utf-8"))
        for item in sorted(found, key=lambda item: item.name)
    ]


def _create_read_model(cursor: Any, model: Any) -> list[str]:
    cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", (model.schema,))
    if cursor.fetchone()[0]:
        _notice_other_tables(cursor, model)
        return []
    create_schema(cursor, model, model.schema)
    note_tables(cursor, model)
    return [f"read model {model.name}"]


def note_tables(cursor: Any, model: Any) -> None:
    """Write down which tables the serving copy has from now on."""
    cursor.execute(
        "INSERT INTO read_models (name, ddl_hash) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET ddl_hash = excluded.ddl_hash, built_at = clock_timestamp()",
        (model.name, _hash(model)),
    )


def rebuilds_due(db: Database, spec: ServiceSpec) -> list[str]:
    """Read models whose tables are no longer those that the serving copy was built with."""
    known = {row["name"]: row["ddl_hash"] for row in db.fetch("SELECT name, ddl_hash FROM read_models")}
    return [model.name for model in spec.read_models if known.get(model.name) != _hash(model)]


def _notice_other_tables(cursor: Any, model: Any) -> None:
    cursor.execute("SELECT ddl_hash FROM read_models WHERE name = %s", (model.name,))
    row = cursor.fetchone()
    if row is None:  # made by a release that didn't write it down yet
        note_tables(cursor, model)
    elif row[0] != _hash(model):
        log.warning("rebuild_due", read_model=model.name, reason="its tables changed", run="yiwang rebuild")


def _hash(model: Any) -> str:
    return hashlib.sha256(model.ddl.encode()).hexdigest()


def create_schema(cursor: Any, model: Any, schema: str) -> None:
    """The read model's tables in a schema of the given name (also used beside the serving one)."""
    cursor.execute(f'CREATE SCHEMA "{schema}"')
    cursor.execute(f'SET LOCAL search_path TO "{schema}", public')
    cursor.execute(model.ddl)
    cursor.execute("SET LOCAL search_path TO DEFAULT")
