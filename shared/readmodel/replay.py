"""Applies a read model's history to a schema of its own, up to where the serving one stands.

Each source is replayed to the serving checkpoint, one after the other: rows of a read model that
follows several feeds must not depend on how these mingled, for that is not the same twice.
Parked streams stay parked and skipped events stay skipped: they are left out here as they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

from psycopg2 import sql

from shared.database.migrate import create_schema
from shared.database.pool import Database
from shared.eventstore.cursor import reaches
from shared.eventstore.errors import UnknownCursor
from shared.eventstore.event import Event
from shared.eventstore.store import EventStore, FeedPage
from shared.messaging.cloudevents import from_cloudevent
from shared.readmodel import checkpoints, parking
from shared.readmodel.failures import describe, is_passing
from shared.readmodel.model import ReadModel, Source

BATCH = 1000

FeedReader = Callable[[str, str, int], FeedPage]
"""`reader(category, after, limit)`: a page of one service's feed."""

Progress = Callable[[int, float], None]
"""`progress(events, per_second)`, after each page."""

LOCK_TIMEOUT_MS = 10_000


class ReplayFailed(Exception):
    """The history can't be applied; what serves is untouched."""


def local_reader(store: EventStore) -> FeedReader:
    return lambda category, after, limit: store.read_feed(after, category=category, limit=limit)


def remote_reader(pull: Callable[[str, str, int], Mapping[str, Any]]) -> FeedReader:
    """`pull` is the owner's `feed` operation, as a `Subscriber` takes it."""

    def read(category: str, after: str, limit: int) -> FeedPage:
        page = pull(category, after, limit)
        head_at = datetime.fromisoformat(page["head_at"]) if page["head_at"] else None
        return FeedPage([from_cloudevent(message) for message in page["events"]], page["cursor"], head_at)

    return read


class Replay:
    """One read model's replay into `schema`. `readers` are by service."""

    def __init__(
        self,
        db: Database,
        model: ReadModel,
        schema: str,
        readers: Mapping[str, FeedReader],
        progress: Progress | None = None,
    ) -> None:
        missing = {source.service for source in model.sources} - readers.keys()
        if missing:
            raise ReplayFailed(f"{model.name} follows {sorted(missing)}: no feed of theirs can be read here")
        self.count = 0
        self._db = db
        self._model = model
        self._schema = schema
        self._readers = readers
        self._progress = progress
        self._places: dict[Source, str] = dict.fromkeys(model.sources, "")
        self._began = monotonic()

    def approach(self) -> None:
        """Replay in transactions of a page until the serving checkpoints, which move on meanwhile."""
        before = -1
        while self.count != before:
            before = self.count
            with self._db.transaction() as db:
                targets = self._targets(db)
                left_out = parking.left_out(db, self._model.name)
            for source, target in targets.items():
                while True:
                    with self._db.transaction() as db:
                        if not self._page(db, source, target, left_out):
                            break

    def arrive(self, db: Any) -> None:
        """Replay the rest in the given transaction, which holds the projector's lock: nothing moves now."""
        left_out = parking.left_out(db, self._model.name)
        for source, target in self._targets(db).items():
            while self._page(db, source, target, left_out):
                pass

    def _targets(self, db: Any) -> dict[Source, str]:
        found = {source: checkpoints.load(db, self._model.name, source) for source in self._model.sources}
        return {source: known.cursor if known else "" for source, known in found.items()}

    def _page(
        self, db: Any, source: Source, target: str, left_out: tuple[dict[UUID, int], set[tuple[UUID, int]]]
    ) -> bool:
        """Apply one page; False once the target is reached."""
        place = self._places[source]
        try:
            if reaches(place, target):
                return False
            page = self._readers[source.service](source.category, place, BATCH)
            events = [event for event in page.events if reaches(target, event.cursor)]
        except UnknownCursor as error:
            raise ReplayFailed(
                f"{source} began a new epoch; let {self._model.name} catch up first"
            ) from error
        self._apply(db, [event for event in events if not _is_left_out(event, *left_out)])
        done = len(events) < len(page.events) or page.head_at is not None
        self._places[source] = target if done else page.cursor
        self._count(len(events))
        return not done

    def _apply(self, db: Any, events: Sequence[Event]) -> None:
        if not events:
            return
        db.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(self._schema)))
        try:
            self._model.apply(db, events)
        except Exception as error:
            if is_passing(error):
                raise
            span = f"{events[0].type} {events[0].id} to {events[-1].type} {events[-1].id}"
            raise ReplayFailed(f"{self._model.name} fails within {span}: {describe(error)}") from error
        db.execute("SET LOCAL search_path TO DEFAULT")

    def _count(self, events: int) -> None:
        self.count += events
        if self._progress is not None and events:
            self._progress(self.count, self.count / max(monotonic() - self._began, 1e-6))


def _is_left_out(event: Event, held: Mapping[UUID, int], skipped: set[tuple[UUID, int]]) -> bool:
    if (event.stream, event.version) in skipped:
        return True
    return event.stream in held and event.version >= held[event.stream]


@contextmanager
def schema_beside(db: Database, model: ReadModel, schema: str) -> Iterator[None]:
    """The read model's empty tables in a schema of that name; dropped at the end if it is still there."""
    drop_schema(db, schema)
    with db.transaction() as cursor:
        create_schema(cursor, model, schema)
    try:
        yield
    finally:
        drop_schema(db, schema)


@contextmanager
def standing_still(db: Database, model: ReadModel) -> Iterator[Any]:
    """A transaction in which no replica moves the read model; waits for a running batch, not for ever."""
    with db.transaction() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", (LOCK_TIMEOUT_MS,))
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")  # a feed may be far away
        checkpoints.lock(cursor, model.name)
        yield cursor


def drop_schema(db: Database, schema: str) -> None:
    with db.transaction() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", (LOCK_TIMEOUT_MS,))
        cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def tables(cursor: Any, schema: str) -> set[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))
    return {row[0] for row in cursor.fetchall()}


def count_rows(cursor: Any, schema: str) -> dict[str, int]:
    counts = {}
    for table in sorted(tables(cursor, schema)):
        cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table)))
        counts[table] = cursor.fetchone()[0]
    return counts
