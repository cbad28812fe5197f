"""Builds a read model anew beside the serving one, then changes places with it.

Readers notice nothing: the long part runs beside, and the projector stands still only for the events
that came meanwhile and the renaming. What served until then stays as `rm_<name>__old` until the next
rebuild. Run it in a plain process: in a green one it would keep the service from answering.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from psycopg2 import sql

from shared.database.pool import Database
from shared.problems import conflict
from shared.readmodel.model import ReadModel
from shared.readmodel.replay import (
    FeedReader,
    Progress,
    Replay,
    count_rows,
    drop_schema,
    schema_beside,
    standing_still,
    tables,
)

_LOCKS = 7_310_013

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`rows` per table: how many served before, and how many serve now. They may well differ: a
    rebuild is how a mended handler gets its way."""

    name: str
    events: int
    seconds: float
    rows: dict[str, tuple[int, int]]


def rebuild(
    db: Database, model: ReadModel, readers: Mapping[str, FeedReader], progress: Progress | None = None
) -> Rebuilt:
    """Raises `ReplayFailed`, `StoreUnavailable` (a lock was not to be had in time), or `Problem` 409
    `rebuild_running`; then what serves is untouched."""
    began = monotonic()
    with db.advisory_lock(_LOCKS, model.name) as held:
        if not held:
            raise conflict("rebuild_running", f"{model.name} is being rebuilt by somebody else")
        new, old = f"{model.schema}__new", f"{model.schema}__old"
        with schema_beside(db, model, new):
            replay = Replay(db, model, new, readers, progress)
            replay.approach()
            drop_schema(db, old)
            with standing_still(db, model) as cursor:
                replay.arrive(cursor)
                rows = _compare(cursor, model.schema, new)
                _swap(cursor, model.schema, new, old)
    seconds = monotonic() - began
    log.info("rebuilt", read_model=model.name, events=replay.count, seconds=round(seconds, 1), rows=rows)
    return Rebuilt(model.name, replay.count, seconds, rows)


def _compare(cursor: Any, serving: str, new: str) -> dict[str, tuple[int, int]]:
    before, after = count_rows(cursor, serving), count_rows(cursor, new)
    return {table: (before.get(table, 0), after.get(table, 0)) for table in sorted({*before, *after})}


def _swap(cursor: Any, serving: str, new: str, old: str) -> None:
    """Both stand at the serving checkpoint, which therefore stays as it is."""
    rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
    if tables(cursor, serving):
        cursor.execute(rename.format(sql.Identifier(serving), sql.Identifier(old)))
    else:
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {}").format(sql.Identifier(serving)))
    cursor.execute(rename.format(sql.Identifier(new), sql.Identifier(serving)))
