"""Applies a read model's history to a schema of its own, up to where the serving one stands.

Each source is replayed to the serving checkpoint, one after the other: rows of a read model that
follows several feeds must not depend on how these mingled, for that is not the same twice.
Parked streams stay parked and skipped events stay skipped: they are left out here as they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg2 import sql

from shared.database.pool import Database
from shared.eventstore import until
from shared.eventstore.cursor import parse, reaches
from shared.eventstore.errors import UnknownCursor
from shared.eventstore.event import Event
from shared.eventstore.rows import COLUMNS, to_events
from shared.eventstore.store import EventStore, FeedPage
from shared.messaging.cloudevents import from_cloudevent
from shared.readmodel import checkpoints, parking, plan
from shared.readmodel.failures import ReplayFailed, describe, is_passing
from shared.readmodel.folding import FoldedReadModel
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.plan import Plan
from shared.readmodel.standing import CATCHING_UP, Meter, Progress

BATCH = 1000

FeedReader = Callable[[str, str, int], FeedPage]
"""`reader(category, after, limit)`: a page of one service's feed."""

_ASIDE = f"""
SELECT {COLUMNS} FROM public.events WHERE stream = ANY(%(streams)s::uuid[]) AND {until.WHERE}
AND split_part(type, '.', 1) = %(category)s ORDER BY stream, version
"""  # noqa: S608

LeftOut = tuple[dict[UUID, int], set[tuple[UUID, int]]]


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
    """One read model's replay into the schema of `plan`. `readers` are by service.

    How far it has come is saved with the rows of each page.
    """

    def __init__(
        self,
        db: Database,
        model: ReadModel,
        plan: Plan,
        readers: Mapping[str, FeedReader],
        progress: Progress | None = None,
    ) -> None:
        missing = {source.service for source in model.sources} - readers.keys()
        if missing:
            raise ReplayFailed(f"{model.name} follows {sorted(missing)}: no feed of theirs can be read here")
        self._db = db
        self._model = model
        self._plan = plan
        self._readers = readers
        self._meter = Meter(CATCHING_UP, progress, plan.events)

    def approach(self) -> None:
        """Replay in transactions of a page until the serving checkpoints, which move on meanwhile."""
        before = -1
        while self._plan.events != before:
            before = self._plan.events
            with self._db.transaction() as db:
                targets = self._targets(db)
                left_out = parking.left_out(db, self._model.name)
            for source, target in targets.items():
                while True:
                    with self._db.transaction() as db:
                        if not self._page(db, source, target, left_out):
                            break

    def arrive(self, db: Any) -> None:
        """Replay the rest in the given transaction, while nobody moves the projector."""
        left_out = parking.left_out(db, self._model.name)
        for source, target in self._targets(db).items():
            while self._page(db, source, target, left_out):
                pass
            if self._plan.aside:
                self._take_aside(db, source, target, left_out)
        plan.save(db, self._plan)

    def _targets(self, db: Any) -> dict[Source, str]:
        return serving_places(db, self._model)

    def _page(self, db: Any, source: Source, target: str, left_out: LeftOut) -> bool:
        """Apply one page; False once the target is reached."""
        place = self._plan.places[source]
        try:
            if reaches(place, target):
                return False
            page = self._readers[source.service](source.category, place, BATCH)
            events = [event for event in page.events if reaches(target, event.cursor)]
        except UnknownCursor as error:
            raise ReplayFailed(
                f"{source} began a new epoch; let {self._model.name} catch up first"
            ) from error
        self._apply(db, [event for event in events if not self._waits(event, left_out)])
        done = len(events) < len(page.events) or page.head_at is not None
        self._plan.places[source] = target if done else page.cursor
        self._plan.events += len(events)
        plan.save(db, self._plan)
        if events:
            self._meter.tell(self._plan.events, _part(self._plan.places[source], target))
        return not done

    def _waits(self, event: Event, left_out: LeftOut) -> bool:
        """Only what is folded puts whole streams aside: elsewhere their events can't be read again alone."""
        leave = _is_left_out(event, *left_out)
        if not isinstance(self._model, FoldedReadModel):
            return leave
        return plan.set_aside(self._plan, event, leave)

    def _take_aside(self, db: Any, source: Source, target: str, left_out: LeftOut) -> None:
        """Few streams, and few events each: what is parked or was skipped is left out now for good."""
        aside = self._plan.aside
        bounds = until.until(db, target).as_dict()
        db.execute(_ASIDE, {"streams": list(map(str, aside)), "category": source.category, **bounds})
        events = to_events(db, db.fetchall(), source.service)
        wanted = [e for e in events if e.version >= aside[e.stream] and not _is_left_out(e, *left_out)]
        for first in range(0, len(wanted), BATCH):
            self._apply(db, wanted[first : first + BATCH])
        aside.update({event.stream: event.version + 1 for event in wanted})

    def _apply(self, db: Any, events: Sequence[Event]) -> None:
        if not events:
            return
        db.execute(sql.SQL("SET LOCAL search_path TO {}, public").format(sql.Identifier(self._plan.schema)))
        try:
            self._model.apply(db, events)
        except Exception as error:
            if is_passing(error):
                raise
            span = f"{events[0].type} {events[0].id} to {events[-1].type} {events[-1].id}"
            raise ReplayFailed(f"{self._model.name} fails within {span}: {describe(error)}") from error
        db.execute("SET LOCAL search_path TO DEFAULT")


def serving_places(db: Any, model: ReadModel) -> dict[Source, str]:
    """Where the serving copy stands in each of its feeds."""
    found = {source: checkpoints.load(db, model.name, source) for source in model.sources}
    return {source: known.cursor if known else "" for source, known in found.items()}


def _part(place: str, target: str) -> float | None:
    """By ticks: what lies between two of them is not known before it is read."""
    whole = parse(target)[1].tick
    return min(1.0, parse(place)[1].tick / whole) if whole else None


def _is_left_out(event: Event, held: Mapping[UUID, int], skipped: set[tuple[UUID, int]]) -> bool:
    if (event.stream, event.version) in skipped:
        return True
    return event.stream in held and event.version >= held[event.stream]
