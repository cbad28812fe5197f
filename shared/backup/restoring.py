"""Puts a logical backup into an empty database, and makes the store go on from there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.backup.errors import BackupError, NotEmpty
from shared.backup.history import Restored, copy_events_in, renumbered
from shared.backup.manifest import Manifest, read_manifest
from shared.backup.tables import copy_in
from shared.backup.taking import ERASED, KEYS_SCHEMA, SEALS
from shared.database.migrate import migrate, migrate_up_to
from shared.database.pool import Database
from shared.eventstore.feed import start_new_epoch
from shared.personal.erasures import newest, read_list
from shared.seals.seal import Seal
from shared.seals.shelf import put
from shared.service.spec import ServiceSpec

_NO_STREAMS_OF_LATER = (
    "DELETE FROM vault.subject_streams s WHERE NOT EXISTS (SELECT FROM events e WHERE e.stream = s.stream)"
)


def restore(
    db: Database,
    spec: ServiceSpec,
    folder: Path,
    keys: Path,
    progress: Callable[[int], None] = lambda _: None,
) -> Restored:
    """`folder` and `keys` are the service's own of a backup, the keys' perhaps of a later one.

    First the tables as they were, then what migrations have done since. Read models are left empty, to be
    filled from the events; a new epoch begins, so that every subscriber finds its place again by the event
    it applied last. Whoever calls has to erase again who is in `erased_since`. Raises `BackupError` before
    anything is written, but for a database that fails.
    """
    events, apart = check(spec, folder, keys)
    refuse_full(db)
    migrate_up_to(db, spec, events.migrations)
    seals = _seals(folder)
    restored = copy_events_in(db, folder, {seal.last_tick for seal in seals}, progress)
    if restored.events != events.counts["events"]:
        raise BackupError(f"{restored.events} events were read, and {events.counts['events']} were written")
    with db.transaction() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for table, columns in events.tables.items():
            copy_in(cursor, "public", table, columns, folder)
        for table, columns in apart.tables.items():
            copy_in(cursor, KEYS_SCHEMA, table, columns, keys)
        cursor.execute(_NO_STREAMS_OF_LATER)
        was_erased = read_list(folder / ERASED)
        for subject, at in was_erased.items():
            cursor.execute("INSERT INTO vault.erased (subject, erased_at) VALUES (%s, %s)", (subject, at))
        for seal in renumbered(seals, restored):
            put(cursor, seal)
        _forget_read_models(cursor, spec)
        start_new_epoch(cursor)
    migrate(db, spec)
    erased = newest(was_erased, read_list(keys / ERASED))
    restored.erased_since = {who: at for who, at in erased.items() if was_erased.get(who) != at}
    return restored


def check(spec: ServiceSpec, folder: Path, keys: Path) -> tuple[Manifest, Manifest]:
    """Whether the two are whole, and this service's. Raises `BackupError`."""
    events, apart = read_manifest(folder, "events"), read_manifest(keys, "keys")
    for found, place in ((events, folder), (apart, keys)):
        if found.service != spec.name:
            raise BackupError(f"{place} is a backup of {found.service}, not of {spec.name}")
    if apart.taken_at < events.taken_at:
        raise BackupError(
            f"the keys in {keys} are older than the events in {folder}: some would be missing, and who was"
            " erased in between would be back; take the newest keys"
        )
    return events, apart


def refuse_full(db: Database) -> None:
    """Raises `NotEmpty` when there is any table of anybody's."""
    found = db.fetch(
        "SELECT count(*) AS tables FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
    )
    if found[0]["tables"]:
        raise NotEmpty(f"the database {db.fetch('SELECT current_database() AS name')[0]['name']}")


def _seals(folder: Path) -> list[Seal]:
    found = json.loads((folder / SEALS).read_text("utf-8"))
    seals = []
    for one in found:
        seal = Seal.imported(one)
        seals.append(Seal(seal.statement, seal.signature, one["first_tick"], one["last_tick"]))
    return seals


def _forget_read_models(cursor: Any, spec: ServiceSpec) -> None:
    """They begin at the beginning. What was parked is met again; what was skipped stays skipped."""
    names = [model.name for model in spec.read_models]
    cursor.execute("DELETE FROM checkpoints WHERE subscriber = ANY(%s)", (names,))
    cursor.execute("DELETE FROM parked WHERE subscriber = ANY(%s) AND skipped_at IS NULL", (names,))
