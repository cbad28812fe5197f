"""How far each subscriber has come, per source and category, and the lock under which it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg2

from shared.eventstore.event import Event
from shared.readmodel.model import Source

_LOCKS = 7_310_010
"""First key of the advisory locks taken here; the second is a hash of the subscriber's name."""

_BEGIN = """
SELECT is_mine, is_next, held::text[] FROM begin_batch(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s)
"""

_MOVE = """
SET LOCAL search_path TO DEFAULT;
UPDATE checkpoints SET cursor = %s, head_at = greatest(head_at, %s), current = %s,
    updated_at = clock_timestamp(),
    last_event = coalesce(%s, last_event), last_stream = coalesce(%s, last_stream),
    last_version = coalesce(%s, last_version)
WHERE subscriber = %s AND source = %s AND category = %s AND cursor = %s
"""

# Nothing is lost with it in a crash but news of how late it is, so nobody waits for the disk.
_NOTE = """
SET LOCAL synchronous_commit = off;
UPDATE checkpoints SET head_at = greatest(head_at, %s), current = current OR %s,
    updated_at = clock_timestamp()
WHERE subscriber = %s AND source = %s AND category = %s AND cursor = %s
"""


class CheckpointMoved(Exception):
    """Somebody else applied these events meanwhile: load the checkpoint again and go on from there."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`last` is the event applied last: id, stream, version. A cursor of another epoch is found by it."""

    cursor: str
    head_at: datetime | None
    last: tuple[UUID, UUID, int] | None


@dataclass(frozen=True, slots=True)
class Move:
    """Of `subscriber` from `seen` to `cursor`. `head_at` never goes back: until then everything the source
    committed has been applied; None says that the batch did not end at the end of the feed."""

    subscriber: str
    source: Source
    seen: str
    cursor: str
    head_at: datetime | None
    events: Sequence[Event] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """`is_mine`: nobody else holds the subscriber. `is_next`: it stood where the batch begins, and has moved.
    `held` are the parked among the batch's streams."""

    is_mine: bool
    is_next: bool
    held: frozenset[UUID]


def try_lock(db: Any, subscriber: str) -> bool:
    """Until the transaction ends, nobody else moves this subscriber."""
    db.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", (_LOCKS, subscriber))
    return bool(db.fetchone()[0])


def begin(db: Any, move: Move) -> Begun:
    """Take the lock and move, as the first thing of a batch's transaction."""
    if move.seen == "":
        start(db, move.subscriber, move.source, "")
    db.execute(_BEGIN, (*_values(move), False))
    is_mine, is_next, held = db.fetchone()
    return Begun(is_mine, is_next, frozenset(map(UUID, held or ())))


def begin_or_fail(db: Any, move: Move) -> None:
    """The same without an answer: unless all is as most of the time, the statement fails (`is_refusal`) and
    with it the transaction."""
    db.execute(_BEGIN, (*_values(move), True))


def is_refusal(error: BaseException) -> bool:
    return isinstance(error, psycopg2.Error) and error.pgcode == "YW001"


def lock(db: Any, subscriber: str) -> None:
    """The same, waiting for it as long as the transaction's `lock_timeout` says."""
    db.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCKS, subscriber))


def hold(db: Any, subscriber: str) -> None:
    """The same for a whole session, until it is closed."""
    db.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", (_LOCKS, subscriber))


def load(db: Any, subscriber: str, source: Source) -> Checkpoint | None:
    db.execute(
        "SELECT cursor, head_at, last_event::text, last_stream::text, last_version FROM checkpoints"
        " WHERE subscriber = %s AND source = %s AND category = %s",
        (subscriber, source.service, source.category),
    )
    row = db.fetchone()
    if row is None:
        return None
    last = (UUID(row[2]), UUID(row[3]), row[4]) if row[2] else None
    return Checkpoint(row[0], row[1], last)


def seconds_unmoved(db: Any, subscriber: str, service: str) -> float | None:
    """Since anybody moved or noted one of its places in the service's feed, by the database's clock; None
    before its first place."""
    db.execute(
        "SELECT extract(epoch FROM clock_timestamp() - max(updated_at)) FROM checkpoints"
        " WHERE subscriber = %s AND source = %s",
        (subscriber, service),
    )
    [seconds] = db.fetchone()
    return None if seconds is None else float(seconds)


def start(db: Any, subscriber: str, source: Source, cursor: str) -> None:
    """A new subscriber's first place; does nothing to one that has begun."""
    db.execute(
        "INSERT INTO checkpoints (subscriber, source, category, cursor) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (subscriber, source.service, source.category, cursor),
    )


def place(db: Any, subscriber: str, source: Source, cursor: str) -> None:
    """By an operator's word, under `lock`: what was applied last is no place to go on from any more."""
    db.execute(
        "UPDATE checkpoints SET cursor = %s, current = false, last_event = NULL, last_stream = NULL,"
        " last_version = NULL, updated_at = clock_timestamp()"
        " WHERE subscriber = %s AND source = %s AND category = %s",
        (cursor, subscriber, source.service, source.category),
    )


def note(db: Any, subscriber: str, source: Source, seen: str, head_at: datetime | None) -> None:
    """Only the time moves, and that this is the end of the feed, if it is.

    Needs no lock: whoever applies events meanwhile moves the cursor as well.

    Raises `CheckpointMoved` if it does not stand at `seen` any more.
    """
    db.execute(_NOTE, (head_at, head_at is not None, subscriber, source.service, source.category, seen))
    if db.rowcount != 1:
        raise CheckpointMoved(f"{subscriber} no longer stands at {seen!r} of {source}")


def advance(
    db: Any,
    subscriber: str,
    source: Source,
    seen: str,
    *,
    cursor: str,
    head_at: datetime | None,
    events: Sequence[Event] = (),
) -> None:
    """Move from `seen` to `cursor`; raises `CheckpointMoved` if it does not stand at `seen` any more.

    `head_at` never goes back: it says until when everything the source committed has been applied.
    `current` says whether this batch ended at the end of the feed.
    """
    last = events[-1] if events else None
    values = (
        cursor,
        head_at,
        head_at is not None,
        str(last.id) if last else None,
        str(last.stream) if last else None,
        last.version if last else None,
        subscriber,
        source.service,
        source.category,
        seen,
    )
    db.execute(_MOVE, values)
    if db.rowcount == 0 and seen == "":
        start(db, subscriber, source, "")
        db.execute(_MOVE, values)
    if db.rowcount != 1:
        raise CheckpointMoved(f"{subscriber} no longer stands at {seen!r} of {source}")


def _values(move: Move) -> tuple[Any, ...]:
    last = move.events[-1] if move.events else None
    return (
        move.subscriber, move.source.service, move.source.category, move.seen, move.cursor, move.head_at,
        str(last.id) if last else None, str(last.stream) if last else None, last.version if last else None,
        list({str(event.stream) for event in move.events}),
    )  # fmt: skip
