"""Takes seals: one a day at a set time, the missed ones too, and one now when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from shared.clock import LEGAL_ZONE
from shared.eventstore.sealing import SHA256, Algorithm
from shared.seals.feed_rows import shown
from shared.seals.merkle import root
from shared.seals.seal import Entry, Seal, Statement
from shared.seals.shelf import newest, put, put_entries
from shared.seals.signing import Signer
from shared.service.application import Application

CHUNK = 1024
"""Events listed in one row: a power of two, so that a row's root is a node of the tree."""

_LOCK = 7_310_004


@dataclass(frozen=True)
class Sealing:
    """`at` is a time of day in Asia/Shanghai."""

    signer: Signer
    at: time = time(0, 30)
    algorithm: Algorithm = SHA256


def seal_due(app: Application, sealing: Sealing) -> int:
    """Take the seal of the earliest day that has none and is over; 0 when no day is due.

    A day without events has a seal too: it says that there were none.
    """
    due = _due(app, sealing.at)
    if due is None:
        return 0
    return 0 if _take(app, sealing, due) is None else 1


def seal_now(app: Application, sealing: Sealing) -> Seal | None:
    """Seal everything up to now, due days first; None when a seal already reaches this moment."""
    while seal_due(app, sealing):
        pass
    return _take(app, sealing, app.clock.now())


def next_seal_time(after: datetime, at: time) -> datetime:
    """The first moment of the day `at` that is later than `after`."""
    local = after.astimezone(LEGAL_ZONE)
    moment = datetime.combine(local.date(), at, LEGAL_ZONE)
    return moment if moment > local else moment + timedelta(days=1)


def _due(app: Application, at: time) -> datetime | None:
    with app.db.at_once() as cursor:
        last = newest(cursor)
        if last is not None:
            covered: datetime | None = last.statement.until
        else:
            cursor.execute("SELECT taken_at FROM ticks WHERE tick = 1")
            row = cursor.fetchone()
            covered = row[0] if row else None
    if covered is None:
        return None
    due = next_seal_time(covered, at)
    return due if due <= app.clock.now() else None


def _take(app: Application, sealing: Sealing, until: datetime) -> Seal | None:
    """One transaction; whoever comes second finds the first one's seal and takes none."""
    app.store.tick()
    with app.db.transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        last = newest(cursor)
        if last is not None and last.statement.until >= until:
            return None
        after = last.last_tick if last else 0
        cursor.execute(
            "SELECT coalesce(max(tick), %s) FROM ticks WHERE tick > %s AND taken_at <= %s",
            (after, after, until),
        )
        upto = int(cursor.fetchone()[0])
        number = last.statement.number + 1 if last else 1
        nodes: list[bytes] = []
        count = 0
        sealed = _entries(cursor, after, upto)
        while entries := list(islice(sealed, CHUNK)):
            node = root(sealing.algorithm.digest, [entry.leaf(sealing.algorithm) for entry in entries])
            put_entries(cursor, number, len(nodes), node, entries)
            nodes.append(node)
            count += len(entries)
        stated = Statement(
            service=app.name,
            number=number,
            first=last.statement.first + last.statement.count if last else 0,
            count=count,
            until=until,
            taken_at=app.clock.now(),
            root=root(sealing.algorithm.digest, nodes),
            previous=last.statement.digest() if last else b"",
            hash=sealing.algorithm.name,
            signature=sealing.signer.signature,
            key=sealing.signer.key,
        )
        made = Seal(stated, sealing.signer.sign(stated.signed_bytes()), after + 1, upto)
        put(cursor, made)
        return made


def _entries(cursor: Any, after: int, upto: int) -> Iterator[Entry]:
    for id, stream, version, hash in shown(cursor, after, upto, "n.id, n.stream, n.version, n.hash"):
        yield Entry(UUID(id), UUID(stream), version, bytes(hash))
