"""Takes logical backups: of several services as of one moment, their keys apart from their events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.backup.errors import NotEmpty
from shared.backup.history import copy_events_out
from shared.backup.manifest import Manifest
from shared.backup.tables import copy_out, tables_of
from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.store import EventStore
from shared.personal.erasures import line
from shared.seals.shelf import all_seals

SEALS = "seals.json"
KEYS_SCHEMA, ERASED_TABLE = "vault", "erased"
ERASED = "erasures.jsonl"
Progress = Callable[[str, int], None]
"""Told a service's name and the number of its events when its backup is written."""


def back_up(
    stores: Mapping[str, tuple[Database, EventStore]],
    folder: Path,
    keys: Path,
    clock: Clock,
    progress: Progress = lambda *_: None,
) -> list[Manifest]:
    """A folder per service in `folder`, and one per service in `keys` for what opens personal values.

    All see the same moment, or nearly: their views are opened one right after the other. Blocks for as
    long as reading everything takes; writers go on meanwhile. Raises `NotEmpty`.
    """
    for place in (folder, keys):
        if place.exists() and any(place.iterdir()):
            raise NotEmpty(str(place))
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    with ExitStack() as views:
        cursors = {}
        for name, (db, store) in stores.items():
            store.tick()
            cursors[name] = views.enter_context(_view(db))
        made = []
        for name, cursor in cursors.items():
            made.append(_events(cursor, name, folder / name, taken, clock.now()))
            _keys(cursor, name, keys / name, taken)
            progress(name, made[-1].counts["events"])
    return made


@contextmanager
def _view(db: Database) -> Iterator[Any]:
    with db.transaction() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT 1")  # the view is that of the first question
        yield cursor


def _events(cursor: Any, service: str, folder: Path, taken: str, now: datetime) -> Manifest:
    _private(folder)
    tables = tables_of(cursor, "public")
    counts = {name: copy_out(cursor, "public", name, columns, folder) for name, columns in tables.items()}
    counts["events"] = copy_events_out(cursor, folder, now)
    seals = [
        seal.exported() | {"first_tick": seal.first_tick, "last_tick": seal.last_tick}
        for seal in all_seals(cursor)
    ]
    (folder / SEALS).write_text(json.dumps(seals, indent=1) + "\n", "utf-8")
    _erased(cursor, folder)
    cursor.execute("SELECT name FROM migrations ORDER BY applied_at, name")
    migrations = [row[0] for row in cursor.fetchall() if "/" in row[0]]
    cursor.execute("SELECT epoch FROM feed_epoch")
    facts = {"epoch": cursor.fetchone()[0]}
    manifest = Manifest("events", service, taken, migrations, tables, counts, facts=facts)
    manifest.write(folder)
    return manifest


def _keys(cursor: Any, service: str, folder: Path, taken: str) -> None:
    _private(folder)
    tables = tables_of(cursor, KEYS_SCHEMA)
    del tables[ERASED_TABLE]
    counts = {name: copy_out(cursor, KEYS_SCHEMA, name, columns, folder) for name, columns in tables.items()}
    _erased(cursor, folder)
    Manifest("keys", service, taken, [], tables, counts).write(folder)


def _erased(cursor: Any, folder: Path) -> None:
    """Who was erased by then: in both places, since what was erased in between is to be erased again."""
    cursor.execute("SELECT subject, erased_at FROM vault.erased ORDER BY erased_at, subject")
    lines = [line(subject, at) + "\n" for subject, at in cursor.fetchall()]
    (folder / ERASED).write_text("".join(lines), "utf-8")


def _private(folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700)
