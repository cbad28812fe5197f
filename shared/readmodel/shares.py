"""Loads shares of a copy: ranges of stream ids, each folded and copied in a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from psycopg2 import sql

from shared.database.pool import Database
from shared.eventstore import until
from shared.eventstore.event import Event
from shared.eventstore.forms import page_events
from shared.eventstore.rows import as_readers_get_them
from shared.readmodel.failures import ReplayFailed, describe, is_passing
from shared.readmodel.folding import FoldedReadModel, Rows
from shared.readmodel.plan import Plan

FETCH = 2_000
"""Events fetched at once, and about as many rows written at once: what a worker holds in memory."""

_CLAIM = """
SELECT s.share, s.low::text, s.high::text FROM rebuild_shares s JOIN rebuilds r USING (schema)
WHERE schema = %s AND r.run = %s AND s.events IS NULL
ORDER BY s.share LIMIT 1 FOR UPDATE OF s SKIP LOCKED
"""

# In the order of the key on (stream, version), so that nothing is sorted and nothing is kept but one page.
# Metadata and hash are most of a short event and no row needs them: something stands in their place.
_READ = f"""
SELECT {{columns}}
FROM (
    SELECT 0::bigint AS tick, 0::bigint AS position, version, schema_version, id, stream,
        occurred_at, recorded_at, type, data, '{{{{}}}}'::json AS metadata, ''::bytea AS hash
    FROM public.events
    WHERE stream <= %(high)s AND (stream, version) > (%(stream)s, %(version)s)
      AND {until.WHERE} AND split_part(type, '.', 1) = ANY(%(categories)s)
    ORDER BY stream, version
    LIMIT %(limit)s
) e ORDER BY stream, version
"""  # noqa: S608

_SETTINGS = """
SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL synchronous_commit = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;
SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0
"""


@dataclass(frozen=True)
class Loader:
    """Everything a worker needs; can be handed to another process."""

    model: FoldedReadModel
    plan: Plan

    def one_share(self, db: Database) -> int | None:
        """Load the next share nobody is at; answers how many events it held, None when there is none left.

        Raises `ReplayFailed`; then nothing of the share was written.
        """
        with db.transaction() as cursor:
            cursor.execute(_SETTINGS)
            cursor.execute(_CLAIM, (self.plan.schema, str(self.plan.run)))
            claimed = cursor.fetchone()
            if claimed is None:
                return None
            share, low, high = claimed
            cursor.execute(
                sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(self.plan.schema))
            )
            count = self._load(cursor, self._histories(cursor, low, high))
            cursor.execute(
                "UPDATE public.rebuild_shares SET events = %s WHERE schema = %s AND share = %s",
                (count, self.plan.schema, share),
            )
        return count

    def _histories(self, db: Any, low: str, high: str) -> Iterator[list[Event]]:
        for _, found in groupby(self._events(db, low, high), attrgetter("stream")):
            yield list(found)

    def _events(self, db: Any, low: str, high: str) -> Iterator[Event]:
        """By stream id. Opened by the page: the keys of its events are one question.

        A page begins behind the last event of the one before: between two pages the connection is free for
        rows to be written. What is `until` a moment is the same for every page.
        """
        assert self.plan.until is not None  # noqa: S101 - a plan without it has no shares
        categories = [source.category for source in self.model.sources]
        where = {"high": high, "categories": categories, "limit": FETCH, **self.plan.until.as_dict()}
        stream, version = low, 0
        while True:
            found = page_events(db, "", "", self.model.service)
            query = _READ.format(columns=found.columns)
            found.read(db, query, {**where, "stream": stream, "version": version})
            yield from as_readers_get_them(db, found.events)
            if len(found.events) < FETCH:
                return
            stream, version = str(found.events[-1].stream), found.events[-1].version

    def _load(self, cursor: Any, histories: Iterator[list[Event]]) -> int:
        count, batch = 0, Batch(self.model)
        for history in histories:
            count += len(history)
            if history[0].stream not in self.plan.aside:
                batch.add(history)
            if batch.size >= FETCH:
                batch.write(cursor)
        batch.write(cursor)
        return count


class Batch:
    """Rows that wait to be written."""

    def __init__(self, model: FoldedReadModel) -> None:
        self.size = 0
        self._model = model
        self._rows: dict[str, list[Any]] = {table.name: [] for table in model.tables}

    def add(self, history: Sequence[Event]) -> None:
        for table, rows in self._fold(history).items():
            self._rows[table].extend(rows)
            self.size += len(rows)

    def write(self, cursor: Any) -> None:
        self._model.copy(cursor, self._rows)
        for rows in self._rows.values():
            rows.clear()
        self.size = 0

    def _fold(self, history: Sequence[Event]) -> Rows:
        try:
            return self._model.fold(history)
        except Exception as error:
            if is_passing(error):
                raise
            last = history[-1]
            where = f"{last.type} {last.id}, version {last.version} of {last.stream}"
            raise ReplayFailed(f"{self._model.name} fails before or at {where}: {describe(error)}") from error


def shares_for(db: Any, workers: int, per_share: int) -> int:
    """How many shares to make: of about `per_share` events each, and some for every worker."""
    db.execute("SELECT position FROM events ORDER BY txid DESC, position DESC LIMIT 1")
    row = db.fetchone()
    events = row[0] if row else 0
    return max(1, min(4096, max(events // per_share, 4 * workers if events > per_share else 1)))


def left_to_do(db: Any, schema: str) -> tuple[int, int, int]:
    """Shares not done, shares in all, events folded."""
    db.execute(
        "SELECT count(*) FILTER (WHERE events IS NULL), count(*), coalesce(sum(events), 0)"
        " FROM rebuild_shares WHERE schema = %s",
        (schema,),
    )
    open_, whole, events = db.fetchone()
    return open_, whole, int(events)
