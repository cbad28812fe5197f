"""One batch, applied: the handler's writes, what must be parked, and the checkpoint, or none of it.

The failure policy is a closed set:

    retry   a passing failure (no database, a timeout, another service's 503): nothing is written and
            the caller comes again with the same batch
    park    an event that fails alone: it and the later ones of its stream are kept aside in order,
            everything else flows
    stop    stream after stream fails, or too great a share of all (`failing`): then the fault is not
            theirs, and parking everything would only hide it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg2
import structlog

from shared.eventstore.event import Event
from shared.readmodel import checkpoints, metrics, parking, stopping
from shared.readmodel.checkpoints import Move
from shared.readmodel.consumer import Consumer
from shared.readmodel.failing import Failing
from shared.readmodel.failures import describe, is_passing
from shared.readmodel.model import Source
from shared.service.application import Application

log = structlog.get_logger(__name__)


class SubscriberStopped(Exception):
    """Stream after stream failed. It goes on when an operator resumes it, after the fault was mended."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that follow `seen`, up to `cursor`. `head_at` as in `FeedPage`."""

    source: Source
    seen: str
    events: Sequence[Event]
    cursor: str
    head_at: datetime | None


class Applier:
    """Applies batches for one consumer; not for two threads at once."""

    def __init__(self, app: Application, consumer: Consumer) -> None:
        self._app = app
        self._consumer = consumer
        self._failing = Failing()
        self._sure = False

    def begin_again(self) -> None:
        """After an operator resumed it: what failed before counts no more."""
        self._failing = Failing()

    def apply(self, batch: Batch) -> bool:
        """False when another replica is at it: come again.

        Raises `CheckpointMoved`, `SubscriberStopped`, or a passing failure; then nothing was written.
        """
        if not batch.events and batch.cursor == batch.seen:
            with self._app.db.at_once() as db:
                checkpoints.note(db, self._consumer.name, batch.source, batch.seen, batch.head_at)
            self._count(batch)
            return True
        try:
            done = self._in_one(batch)
        except (checkpoints.CheckpointMoved, SubscriberStopped):
            raise
        except Exception as error:
            if is_passing(error):
                raise
            log.warning("batch_failed", **self._names(), events=len(batch.events), error=describe(error))
            done = self._one_by_one(batch)
        if done:
            self._count(batch)
        return done

    def _in_one(self, batch: Batch) -> bool:
        """In the hope that all is as it was with the batch before; if it isn't, once more with open eyes."""
        if self._sure:
            self._sure = False
            try:
                with self._transaction() as db:
                    checkpoints.begin_or_fail(db, _move(self._consumer, batch))
                    if batch.events:
                        self._consumer.apply(db, batch.events, then_default=False)
            except psycopg2.Error as error:
                if not checkpoints.is_refusal(error):
                    raise
            else:
                self._sure = True
                if batch.events:
                    self._failing.applied(len(batch.events))
                return True
        return self._looking(batch)

    def _looking(self, batch: Batch) -> bool:
        with self._transaction() as db:
            begun = checkpoints.begin(db, _move(self._consumer, batch))
            if not begun.is_mine:
                return False
            if not begun.is_next:
                raise checkpoints.CheckpointMoved(
                    f"{self._consumer.name} no longer stands at {batch.seen!r} of {batch.source}"
                )
            ready = self._put_behind(db, batch.events, begun.held)
            if ready:
                self._consumer.apply(db, ready, then_default=False)
        self._sure = not begun.held
        if ready:
            self._failing.applied(len(ready))
        return True

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        """A read model can be made again from events that are safely stored, so its commit does not wait for
        the disk: a crash takes the newest rows and the checkpoint that goes with them alike. A subscription
        may append events, and those must be safe before they are told."""
        with self._app.db.gathered() as db:
            if self._consumer.schema is not None:
                db.execute("SET LOCAL synchronous_commit = off")
            yield db

    def _one_by_one(self, batch: Batch) -> bool:
        """Each event in a savepoint, so that one that fails takes nothing with it but its stream."""
        with self._app.db.transaction() as db:
            if not checkpoints.try_lock(db, self._consumer.name):
                return False
            # Asked only here: while nothing fails here, it is no matter that another replica gave up.
            if reason := stopping.reason_of(db, self._consumer.name, batch.source.service):
                raise SubscriberStopped(reason)
            failing = self._failing.copy()
            for event in batch.events:
                if self._hold_parked(db, [event]):
                    self._try_one(db, event, failing)
            self._advance(db, batch)
        self._failing = failing
        return True

    def _try_one(self, db: Any, event: Event, failing: Failing) -> None:
        db.execute("SAVEPOINT one")
        try:
            self._consumer.apply(db, [event])
        except Exception as error:
            if is_passing(error):
                raise
            db.execute("ROLLBACK TO SAVEPOINT one")
            self._park(db, event, error, failing)
        else:
            failing.applied(1)
        db.execute("RELEASE SAVEPOINT one")

    def _park(self, db: Any, event: Event, error: Exception, failing: Failing) -> None:
        if too_much := failing.failed():
            raise SubscriberStopped(
                f"{self._consumer.name} failed {too_much}, last at {event.type} {event.id}: {describe(error)}"
            ) from error
        parking.park(db, self._app.name, self._consumer.name, event, error)
        metrics.PARKED.labels(self._app.name, self._consumer.name).inc()
        log.error(
            "stream_parked",
            **self._names(),
            stream=str(event.stream),
            version=event.version,
            event_type=event.type,
            error=describe(error),
        )

    def _hold_parked(self, db: Any, events: Sequence[Event]) -> Sequence[Event]:
        """Put the events of parked streams behind those already there; answers the others."""
        if not events:
            return events
        held = parking.parked_streams(db, self._consumer.name, {event.stream for event in events})
        return self._put_behind(db, events, held)

    def _put_behind(self, db: Any, events: Sequence[Event], held: Set[UUID]) -> Sequence[Event]:
        if not held:
            return events
        for event in events:
            if event.stream in held:
                parking.park(db, self._app.name, self._consumer.name, event, None)
        return [event for event in events if event.stream not in held]

    def _advance(self, db: Any, batch: Batch) -> None:
        checkpoints.advance(
            db,
            self._consumer.name,
            batch.source,
            batch.seen,
            cursor=batch.cursor,
            head_at=batch.head_at,
            events=batch.events,
        )

    def _count(self, batch: Batch) -> None:
        names = (self._app.name, self._consumer.name)
        metrics.APPLIED.labels(*names).inc(len(batch.events))
        if batch.head_at is not None:
            gauge = metrics.HEAD_AT.labels(*names, batch.source.service, batch.source.category)
            gauge.set(batch.head_at.timestamp())

    def _names(self) -> dict[str, str]:
        return {"service": self._app.name, "subscriber": self._consumer.name}


def _move(consumer: Consumer, batch: Batch) -> Move:
    return Move(consumer.name, batch.source, batch.seen, batch.cursor, batch.head_at, batch.events)
