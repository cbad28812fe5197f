"""Keeps the followers of a service's own feed up to date: its read models, and subscriptions to itself."""

from __future__ import annotations

from threading import Event as Stop
from threading import Thread
from time import monotonic

import structlog

from shared.eventstore.errors import StoreUnavailable, UnknownCursor
from shared.problems import Problem
from shared.readmodel import checkpoints, metrics, stopping
from shared.readmodel.applying import Applier, Batch, SubscriberStopped
from shared.readmodel.checkpoints import CheckpointMoved
from shared.readmodel.consumer import Consumer, as_consumer, consumers
from shared.readmodel.model import ReadModel, Source, Subscription
from shared.readmodel.pace import Pace
from shared.readmodel.pages import Pages, first_of
from shared.service.application import Application
from shared.service.spec import ServiceSpec

BATCH = 500

POLL = 1.0
"""Seconds after which the feed is looked at without having been woken. The ticker of this process wakes
for its own ticks and those it finds of others, so this is only the net below."""

REST = 5.0
"""Seconds between checkpoints of a follower for whom nothing comes: moving it costs a write."""

BACKOFF = (0.2, 10.0)
"""Seconds to wait after the first passing failure in a row, and at most."""

log = structlog.get_logger(__name__)


def catch_up(app: Application, model: ReadModel | Subscription, *, limit: int = BATCH) -> int:
    """Apply everything the ticks show of the service's own feed; answers how many events."""
    follower = Follower(app, as_consumer(app, model), Pages(app.store, limit), limit)
    total = 0
    while True:
        count, more = follower.step()
        total += count
        if not more:
            return total


class Follower:
    """One consumer of the service's own feed."""

    def __init__(self, app: Application, consumer: Consumer, pages: Pages, limit: int) -> None:
        self.name = consumer.name
        self.stopped: str | None = None
        self._app = app
        self._pages = pages
        self._pace = Pace(limit)
        self._consumer = consumer
        self._applier = Applier(app, consumer)
        self._sources = [source for source in consumer.sources if source.service == app.name]
        self._places: dict[Source, str] = {}
        self._looked: dict[
            Source, str
        ] = {}  # further than the checkpoint, with nothing of the category between
        self._moved_at: dict[Source, float] = {}

    def resume(self) -> None:
        """An operator said so."""
        self.stopped = None
        self._places.clear()
        self._looked.clear()
        self._applier.begin_again()

    def step(self) -> tuple[int, bool]:
        """Apply a batch per category; answers how many events, and whether there is more."""
        total, more = 0, False
        for source in self._sources:
            count, unfinished = self._batch(source)
            total, more = total + count, more or unfinished
        return total, more

    def _batch(self, source: Source) -> tuple[int, bool]:
        try:
            seen = self._place(source)
            after = self._looked.get(source, seen)
            page = first_of(self._pages.read(source.category, after), self._pace.limit)
            began = monotonic()
            if not page.events and page.head_at is not None and not self._due(source):
                self._looked[source] = page.cursor
                return 0, False
            if not self._applier.apply(Batch(source, seen, page.events, page.cursor, page.head_at)):
                return 0, False
        except CheckpointMoved:
            self._forget(source)
            return 0, True
        except UnknownCursor:
            self._resynchronise(source)
            return 0, True
        self._looked.pop(source, None)
        self._places[source] = page.cursor
        self._moved_at[source] = now = monotonic()
        self._pace.took(len(page.events), now - began)
        return len(page.events), page.head_at is None

    def _place(self, source: Source) -> str:
        if source not in self._places:
            with self._app.db.transaction() as db:
                known = checkpoints.load(db, self.name, source)
                if known is None:
                    begin = "" if self._consumer.from_start else self._app.store.head()
                    checkpoints.start(db, self.name, source, begin)
                    known = checkpoints.load(db, self.name, source)
            self._places[source] = known.cursor if known else ""
        return self._places[source]

    def _forget(self, source: Source) -> None:
        self._places.pop(source, None)
        self._looked.pop(source, None)

    def _due(self, source: Source) -> bool:
        return monotonic() - self._moved_at.get(source, 0.0) >= REST

    def _resynchronise(self, source: Source) -> None:
        """The store began a new epoch: stand behind the event applied last, wherever it is now.

        The checkpoint lies in the same database, so a restore takes both back together.
        """
        self._forget(source)
        with self._app.db.transaction() as db:
            known = checkpoints.load(db, self.name, source)
            if known is None:
                return
            common = self._app.store.common(known.cursor)
            if common == known.cursor:
                return  # carried over when the epoch began
            cursor = self._app.store.find(*known.last) if known.last else common
            cursor = "" if known.last is None and self._consumer.from_start else cursor
            if cursor is None:
                raise SubscriberStopped(
                    f"{self.name} finds no event of {source} that it and the new epoch both know"
                )
            checkpoints.advance(db, self.name, source, known.cursor, cursor=cursor, head_at=None)
        log.warning("resynchronised", subscriber=self.name, category=source.category)


class ProjectorLoop:
    """Every replica runs one; whoever holds a follower's lock applies its next batch.

    Each follower runs in a thread of its own, a greenlet where the process is green, so that a slow one
    holds up nobody. What they have in memory together is bounded by `Pages`.
    """

    def __init__(
        self, app: Application, spec: ServiceSpec, *, poll: float = POLL, batch: int = BATCH
    ) -> None:
        self._app = app
        self._poll = poll
        followed = [c for c in consumers(app, spec) if c.categories(app.name)]
        pages = Pages(app.store, batch)
        self.followers = [Follower(app, consumer, pages, batch) for consumer in followed]
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, float] = {}
        self._looked_at = float("-inf")

    def step(self) -> int:
        """One batch for each follower, one after the other; answers how many events were applied in all."""
        if monotonic() - self._looked_at >= stopping.LOOK:
            self._look_who_stands()
        return sum(self._step(follower)[0] for follower in self.followers)

    def run(self, stop: Stop) -> None:
        self._look_who_stands()
        threads = [
            Thread(target=self._follow, args=(follower, stop), name=f"{self._app.name}-{follower.name}")
            for follower in self.followers
        ]
        for thread in threads:
            thread.start()
        while not stop.wait(stopping.LOOK):
            try:
                self._look_who_stands()
            except Exception:  # leaving would begin the followers anew beside those that run
                log.exception("projector_failed", service=self._app.name)
        for thread in threads:
            thread.join()

    def _follow(self, follower: Follower, stop: Stop) -> None:
        while not stop.is_set():
            try:
                count, more = self._step(follower)
                if not (count and more):
                    self._app.store.wait(self._poll)
            except Exception:  # closed set: what is no event's fault is tried again, never ends the loop
                log.exception("projector_failed", service=self._app.name, subscriber=follower.name)
                stop.wait(BACKOFF[0])

    def errors(self) -> dict[str, str]:
        """Followers that have stopped, and why."""
        return {f.name: f.stopped for f in self.followers if f.stopped is not None}

    def _step(self, follower: Follower) -> tuple[int, bool]:
        if not self._may(follower):
            return 0, False
        try:
            done = follower.step()
        except (StoreUnavailable, Problem) as error:
            self._back_off(follower, error)
            return 0, False
        except SubscriberStopped as error:
            # On record first: what isn't there would count as resumed at the next look.
            stopping.note(self._app.db, follower.name, self._app.name, str(error))
            follower.stopped = str(error)
            metrics.STOPPED.labels(self._app.name, follower.name).set(1)
            log.exception("subscriber_stopped", service=self._app.name, subscriber=follower.name)
            return 0, False
        self._failures.pop(follower.name, None)
        return done

    def _look_who_stands(self) -> None:
        """Who stands still, by any replica's decision, and whom an operator has resumed since."""
        try:
            standing = stopping.standing(self._app.db, self._app.name)
        except StoreUnavailable:
            return  # the followers find out by themselves, and wait
        self._looked_at = monotonic()
        for follower in self.followers:
            reason = standing.get(follower.name)
            if follower.stopped is not None and reason is None:
                follower.resume()
                metrics.STOPPED.labels(self._app.name, follower.name).set(0)
            elif follower.stopped is None and reason is not None:
                follower.stopped = reason
                metrics.STOPPED.labels(self._app.name, follower.name).set(1)

    def _may(self, follower: Follower) -> bool:
        return follower.stopped is None and monotonic() >= self._not_before.get(follower.name, 0.0)

    def _back_off(self, follower: Follower, error: Exception) -> None:
        failures = self._failures[follower.name] = self._failures.get(follower.name, 0) + 1
        wait = min(BACKOFF[1], BACKOFF[0] * 2 ** (failures - 1))
        self._not_before[follower.name] = monotonic() + wait
        log.warning("projector_waits", subscriber=follower.name, seconds=wait, reason=str(error))
