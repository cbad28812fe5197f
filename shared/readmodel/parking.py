"""Streams that a subscriber could not go on with, kept in order until an operator repairs them.

An event of the service's own store is kept without its data: that stands in the store, and may hold
what must be erasable. An event of another service is kept as it was published.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog

from shared.database.pool import Database
from shared.eventstore.event import Event
from shared.messaging.cloudevents import from_cloudevent, to_cloudevent
from shared.problems import Problem, conflict, not_found
from shared.readmodel import checkpoints
from shared.readmodel.consumer import Consumer, find_consumer
from shared.readmodel.failures import describe, is_passing
from shared.service.application import Application
from shared.service.spec import ServiceSpec

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Skip:
    """Who goes on without an event, and why. `version` guards against skipping another than was looked at."""

    by: str
    reason: str
    version: int | None = None


def park(db: Any, service: str, subscriber: str, event: Event, error: Exception | None) -> None:
    """`error` None: it failed nobody, it waits behind one that did."""
    message = to_cloudevent(event, {} if event.source == service else event.data, str(event.stream))
    db.execute(
        "INSERT INTO parked (subscriber, stream, event_id, source, version, event, error, tries)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (
            subscriber,
            str(event.stream),
            str(event.id),
            event.source,
            event.version,
            json.dumps(message, ensure_ascii=False),
            describe(error),
            1 if error else 0,
        ),
    )


def parked_streams(db: Any, subscriber: str, streams: Iterable[UUID]) -> set[UUID]:
    db.execute(
        "SELECT DISTINCT stream::text FROM parked"
        " WHERE subscriber = %s AND skipped_at IS NULL AND stream = ANY(%s::uuid[])",
        (subscriber, [str(stream) for stream in streams]),
    )
    return {UUID(row[0]) for row in db.fetchall()}


def left_out(db: Any, subscriber: str) -> tuple[dict[UUID, int], set[tuple[UUID, int]]]:
    """What a replay must leave out to equal the serving rows: from which version on each parked
    stream is held, and the single events that were skipped."""
    db.execute("SELECT stream::text, version, skipped_at FROM parked WHERE subscriber = %s", (subscriber,))
    held: dict[UUID, int] = {}
    skipped = set()
    for stream, version, skipped_at in db.fetchall():
        key = UUID(stream)
        if skipped_at is None:
            held[key] = min(version, held.get(key, version))
        else:
            skipped.add((key, version))
    return held, skipped


def list_parked(db: Database, subscriber: str | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """One row per parked stream, oldest first: where it stopped, why, and how many events wait.

    `first` is the event it stopped at, as it is kept.
    """
    return db.fetch(
        "SELECT subscriber, stream::text AS stream, min(source) AS source, min(version) AS version,"
        " (array_agg(event ORDER BY version))[1] AS first,"
        " count(*) AS events, min(error) AS error, max(tries) AS tries, min(parked_at) AS parked_at"
        " FROM parked WHERE skipped_at IS NULL AND (%(name)s::text IS NULL OR subscriber = %(name)s)"
        " GROUP BY subscriber, stream ORDER BY min(parked_at), stream LIMIT %(limit)s",
        {"name": subscriber, "limit": limit},
    )


def list_skipped(db: Database, subscriber: str | None = None, limit: int = 200) -> list[dict[str, Any]]:
    """Events that an operator decided to go on without, newest decision first: who, when and why."""
    return db.fetch(
        "SELECT subscriber, stream::text AS stream, source, version, event_id::text AS event_id,"
        " event AS first, error, parked_at, skipped_at, skipped_by, skip_reason"
        " FROM parked WHERE skipped_at IS NOT NULL"
        " AND (%(name)s::text IS NULL OR subscriber = %(name)s)"
        " ORDER BY skipped_at DESC, stream, version LIMIT %(limit)s",
        {"name": subscriber, "limit": limit},
    )


def show_parked(db: Database, subscriber: str, stream: UUID) -> list[dict[str, Any]]:
    """The waiting events of one stream in order. Raises `Problem` 404."""
    rows = db.fetch(
        "SELECT event_id::text AS event_id, version, event ->> 'type' AS type, event, error, tries, parked_at"
        " FROM parked WHERE subscriber = %s AND stream = %s AND skipped_at IS NULL ORDER BY version",
        (subscriber, str(stream)),
    )
    if not rows:
        raise _not_parked(subscriber, stream)
    return rows


def retry_parked(app: Application, spec: ServiceSpec, subscriber: str, stream: UUID) -> dict[str, int]:
    """Apply the waiting events in order; answers {applied, left}. With none left the stream flows again.

    Stops at the first that fails again; the ones before it stay applied. Blocks while the subscriber
    applies a batch, and it waits meanwhile. A passing failure is raised, and nothing was applied.
    """
    consumer = find_consumer(app, spec, subscriber)
    with app.db.transaction() as db:
        checkpoints.lock(db, subscriber)
        waiting = _waiting(db, subscriber, stream)
        if not waiting:
            raise _not_parked(subscriber, stream)
        return _work_off(app, db, consumer, stream, waiting)


def retry_all(app: Application, spec: ServiceSpec, subscriber: str, limit: int = 200) -> dict[str, int]:
    """Every parked stream of a subscriber, oldest first, each in a transaction of its own.

    Answers {streams, mended, applied, left}: how many were tried and how many flow again.
    """
    find_consumer(app, spec, subscriber)
    told = {"streams": 0, "mended": 0, "applied": 0, "left": 0}
    for row in list_parked(app.db, subscriber, limit):
        try:
            done = retry_parked(app, spec, subscriber, UUID(row["stream"]))
        except Problem as problem:
            if problem.status != 404:  # else somebody else repaired it meanwhile
                raise
            continue
        told["streams"] += 1
        told["mended"] += not done["left"]
        told["applied"] += done["applied"]
        told["left"] += done["left"]
    return told


def skip_parked(
    app: Application, spec: ServiceSpec, db: Any, subscriber: str, stream: UUID, decision: Skip
) -> dict[str, int]:
    """Go on without the stream's first waiting event, then as `retry_parked`, all in `db`'s transaction.

    The event stays in the log and its row in `parked`, marked, so that a replay leaves it out too.
    Raises `Problem` 404, and 409 when another event than the one meant is the first by now.
    """
    consumer = find_consumer(app, spec, subscriber)
    checkpoints.lock(db, subscriber)
    waiting = _waiting(db, subscriber, stream)
    if not waiting:
        raise _not_parked(subscriber, stream)
    first = waiting[0][0]
    if decision.version not in (None, first):
        raise conflict("parked_moved", f"the first waiting event is version {first} by now")
    db.execute(
        "UPDATE parked SET skipped_at = clock_timestamp(), skipped_by = %s, skip_reason = %s"
        " WHERE subscriber = %s AND stream = %s AND version = %s",
        (decision.by, decision.reason, subscriber, str(stream), first),
    )
    log.warning("parked_skipped", subscriber=subscriber, stream=str(stream), version=first, actor=decision.by)
    return _work_off(app, db, consumer, stream, waiting[1:])


def _work_off(
    app: Application, db: Any, consumer: Consumer, stream: UUID, waiting: Sequence[tuple[int, dict[str, Any]]]
) -> dict[str, int]:
    applied = 0
    for version, message in waiting:
        if not _try(app, db, consumer, _whole(app, message), version):
            break
        applied += 1
    told = {"applied": applied, "left": len(waiting) - applied}
    log.info("parked_retried", subscriber=consumer.name, stream=str(stream), **told)
    return told


def _not_parked(subscriber: str, stream: UUID) -> Problem:
    return not_found(f"parked stream {stream} of {subscriber}")


def _waiting(db: Any, subscriber: str, stream: UUID) -> list[tuple[int, dict[str, Any]]]:
    db.execute(
        "SELECT version, event FROM parked WHERE subscriber = %s AND stream = %s AND skipped_at IS NULL"
        " ORDER BY version",
        (subscriber, str(stream)),
    )
    rows: list[tuple[int, dict[str, Any]]] = db.fetchall()
    return rows


def _whole(app: Application, message: dict[str, Any]) -> Event:
    event = from_cloudevent(message)
    if event.source != app.name:
        return event
    stored = app.store.read_stream(event.stream, event.version - 1)[0]
    return replace(stored, cursor=event.cursor, previous=event.previous)


def _try(app: Application, db: Any, consumer: Consumer, event: Event, version: int) -> bool:
    where = (consumer.name, str(event.stream), version)
    db.execute("SAVEPOINT one")
    try:
        consumer.apply(db, [event])
    except Exception as error:
        if is_passing(error):
            raise
        db.execute("ROLLBACK TO SAVEPOINT one")
        db.execute(
            "UPDATE parked SET tries = tries + 1, error = %s"
            " WHERE subscriber = %s AND stream = %s AND version = %s",
            (describe(error), *where),
        )
        log.warning(
            "parked_failed_again", subscriber=consumer.name, event_id=str(event.id), error=describe(error)
        )
        return False
    db.execute("RELEASE SAVEPOINT one")
    db.execute("DELETE FROM parked WHERE subscriber = %s AND stream = %s AND version = %s", where)
    return True
