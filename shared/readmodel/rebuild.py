"""Builds a read model anew beside the serving one, then changes places with it.

Readers notice nothing: the long part runs beside, and the projector stands still only for the events
that came meanwhile and the renaming. What served until then stays as `rm_<name>__old` until the next
rebuild. Run it in a plain process: in a green one it would keep the service from answering.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from psycopg2 import sql

from shared.database.migrate import grant_alike, note_tables
from shared.database.pool import Database
from shared.readmodel import plan
from shared.readmodel.beside import (
    LOCK_TIMEOUT_MS,
    PER_SHARE,
    Copy,
    drop_schema,
    frozen,
    only_one,
    standing_still,
    tables,
)
from shared.readmodel.model import ReadModel
from shared.readmodel.replay import FeedReader
from shared.readmodel.standing import COMPARING, Meter, Progress

_SUM = "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {} t"
_NONE = (0, 0)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """`rows` per table: how many served before, and how many serve now; `changed` are the tables whose rows
    are no longer the same. They may well differ: a rebuild is how a mended handler gets its way.

    `events` counts those of a copy that was begun by an earlier run too; `seconds` is of this run.
    """

    name: str
    events: int
    seconds: float
    resumed: bool
    rows: dict[str, tuple[int, int]]
    changed: tuple[str, ...]


def rebuild(
    db: Database,
    model: ReadModel,
    readers: Mapping[str, FeedReader],
    progress: Progress | None = None,
    *,
    workers: int = 1,
    afresh: bool = False,
    per_share: int = PER_SHARE,
) -> Rebuilt:
    """Raises `ReplayFailed`, `StoreUnavailable` (a lock was not to be had in time), or `Problem` 409
    `rebuild_running`; then what serves is untouched. After a kill, the next call goes on where it stopped.
    """
    began = monotonic()
    new, old = f"{model.schema}__new", f"{model.schema}__old"
    with only_one(db, model, new):
        copy = Copy(db, model, new, readers, progress, workers=workers, per_share=per_share)
        copy.approach(afresh=afresh)
        with db.transaction() as cursor:
            cursor.execute("SET LOCAL lock_timeout = %s", (LOCK_TIMEOUT_MS,))
            drop_schema(cursor, old)
        with standing_still(db, model) as move_again:
            copy.arrive()
            with frozen(db) as cursor:
                # Looked up by the names of this moment, and read by those they are about to get.
                before, after = tables(cursor, model.schema), tables(cursor, new)
                _swap(db, model, new, old)
                move_again()
                Meter(COMPARING, progress, copy.events).tell(copy.events)
                was, became = _sums(cursor, old, before), _sums(cursor, model.schema, after)
    seconds = monotonic() - began
    both = sorted({*was, *became})
    rows = {table: (was.get(table, _NONE)[0], became.get(table, _NONE)[0]) for table in both}
    changed = tuple(table for table in both if was.get(table) != became.get(table))
    log.info("rebuilt", read_model=model.name, events=copy.events, seconds=round(seconds, 1), rows=rows)
    return Rebuilt(model.name, copy.events, seconds, copy.resumed, rows, changed)


def _swap(db: Database, model: ReadModel, new: str, old: str) -> None:
    """Both stand at the serving checkpoint, which therefore stays as it is."""
    rename = sql.SQL("ALTER SCHEMA {} RENAME TO {}")
    with db.transaction() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", (LOCK_TIMEOUT_MS,))
        grant_alike(cursor, model.schema, new)
        if tables(cursor, model.schema):
            cursor.execute(rename.format(sql.Identifier(model.schema), sql.Identifier(old)))
        else:
            drop_schema(cursor, model.schema)
        cursor.execute(rename.format(sql.Identifier(new), sql.Identifier(model.schema)))
        plan.forget(cursor, new)
        note_tables(cursor, model)


def _sums(cursor: Any, schema: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Rows of each table, and a sum over their hashes that doesn't depend on their order."""
    sums = {}
    for table in names:
        cursor.execute(sql.SQL(_SUM).format(sql.Identifier(schema, table)))
        sums[table] = cursor.fetchone()
    return sums
