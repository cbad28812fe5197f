"""One step of a subscription: read on from its place, send, move the place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

import structlog

from services.notify.application import NotifyApplication
from services.notify.delivery import lanes as places
from services.notify.delivery.lanes import MAIN, Lane
from services.notify.domain.filters import Filter
from services.notify.ledger.page import Entry, Span, head, page
from services.notify.ledger.place import epoch

MAX_HELD = 100
"""Beyond this the receiver is broken, not the events: everything waits instead of case after case."""
KEPT_ATTEMPTS = 200

log = structlog.get_logger(__name__)


class Stop(Enum):
    AWAY = "away"
    """The receiver can't take anything now: the whole subscription waits."""
    REFUSED = "refused"
    """The receiver won't take this event: its case waits, the others go on."""


@dataclass(frozen=True, slots=True)
class Result:
    """The first `arrived` entries are safely with the receiver; `stop` says why the next one is not.

    No stop and fewer arrived than given: the sender's time was up.
    """

    arrived: int
    stop: Stop | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    id: str
    name: str
    filter: Filter
    url: str | None
    secret: str | None


Send = Callable[[Target, Sequence[Entry]], Result]

_DUE = """
SELECT s.id, s.name, s.filters, s.department_code, s.url, d.secret
FROM delivery d
JOIN rm_subscriptions.subscription s ON s.id = d.subscription
JOIN lane main ON main.subscription = d.subscription AND main.case_no = ''
WHERE d.kind = %(kind)s AND NOT d.ended AND s.state = 'active' AND main.next_at <= %(now)s
  AND (main.seq < (SELECT seq FROM ledger_head) OR EXISTS (
      SELECT FROM lane l
      WHERE l.subscription = d.subscription AND l.case_no <> '' AND l.next_at <= %(now)s))
ORDER BY main.next_at
"""


def due(app: NotifyApplication, kind: str) -> list[Target]:
    rows = app.db.fetch(_DUE, {"kind": kind, "now": app.clock.now()})
    return [
        Target(
            row["id"],
            row["name"],
            Filter.of(row["filters"], row["department_code"]),
            row["url"],
            row["secret"],
        )
        for row in rows
    ]


def step(app: NotifyApplication, target: Target, send: Send, limit: int) -> int:
    """Answers how much was done, 0 when there is nothing to do now. Blocks for the receiver.

    The row lock is held while sending: two replicas that overlap for a moment would otherwise send
    the same events in turns, and older ones after newer. It delays nobody but this subscription.
    """
    with app.db.transaction() as db:
        db.execute("SELECT 1 FROM delivery WHERE subscription = %s FOR UPDATE SKIP LOCKED", (target.id,))
        if db.fetchone() is None:
            return 0
        return _Step(db, target, send, limit, app.clock.now()).run()


class _Step:
    def __init__(self, db: Any, target: Target, send: Send, limit: int, now: datetime) -> None:
        self._db = db
        self._target = target
        self._send = send
        self._limit = limit
        self._now = now
        self._epoch = epoch(db)

    def run(self) -> int:
        *cases, main = places.lanes(self._db, self._target.id)
        if main.next_at > self._now:
            return 0
        for lane in cases:
            if lane.next_at <= self._now:
                return self._case(lane, main)
        return self._main(main, [lane.case_no for lane in cases])

    def _main(self, main: Lane, held: list[str]) -> int:
        span = Span(main.seq, head(self._db), without=held)
        entries = self._page(span, main)
        result = self._deliver(entries)
        reached = entries[result.arrived - 1].seq if result.arrived else main.seq
        if result.stop is None and result.arrived == len(entries) < self._limit:
            reached = span.head
        stop, handled = result.stop, result.arrived
        if stop is Stop.REFUSED and entries[handled].case_no and len(held) < MAX_HELD:
            reached = entries[handled].seq
            self._hold(entries[handled], main, result)
            stop, handled = None, handled + 1
        if reached != main.seq:
            places.move(self._db, self._target.id, MAIN, reached)
            main = replace(main, seq=reached, failures=0)
        if stop is not None:
            self._away(main, result)
        return handled

    def _case(self, lane: Lane, main: Lane) -> int:
        span = Span(lane.seq, main.seq, case=lane.case_no)
        entries = self._page(span, lane)
        result = self._deliver(entries)
        if result.stop is Stop.AWAY:
            self._away(main, result)
        if result.arrived:
            places.move(self._db, self._target.id, lane.case_no, entries[result.arrived - 1].seq)
        if result.stop is Stop.REFUSED:
            places.fail(self._db, self._target.id, lane, result.detail or "", self._now)
        elif result.stop is None and result.arrived == len(entries) < self._limit:
            places.close_lane(self._db, self._target.id, lane.case_no)
            return result.arrived + 1
        return result.arrived

    def _page(self, span: Span, lane: Lane) -> list[Entry]:
        entries = page(self._db, self._target.filter, span, self._limit, self._epoch)
        return [entry.again() if entry.seq <= lane.replayed_to else entry for entry in entries]

    def _hold(self, entry: Entry, main: Lane, result: Result) -> None:
        """The case waits in a lane of its own, just before the event that was refused."""
        case_no, place = str(entry.case_no), entry.seq - 1
        places.open_lane(self._db, self._target.id, case_no, place, self._now, replayed_to=main.replayed_to)
        lane = Lane(case_no, entry.seq - 1, 0, self._now, None)
        places.fail(self._db, self._target.id, lane, result.detail or "", self._now)

    def _away(self, main: Lane, result: Result) -> None:
        places.fail(self._db, self._target.id, main, result.detail or "", self._now)

    def _deliver(self, entries: Sequence[Entry]) -> Result:
        if not entries:
            return Result(0)
        result = self._send(self._target, entries)
        outcome = result.stop.value if result.stop else "delivered"
        if result.stop:
            log.warning(
                "delivery_stopped", subscription=self._target.id, outcome=outcome, detail=result.detail
            )
        self._keep(entries, result, outcome)
        return result

    def _keep(self, entries: Sequence[Entry], result: Result, outcome: str) -> None:
        last = entries[result.arrived - 1] if result.arrived else entries[0]
        self._db.execute(
            "INSERT INTO attempt (subscription, at, first_seq, last_seq, events, outcome, detail)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                self._target.id, self._now, entries[0].seq, last.seq, result.arrived, outcome,
                result.detail,
            ),
        )  # fmt: skip
        self._db.execute(
            "UPDATE delivery SET delivered = delivered + %s WHERE subscription = %s",
            (result.arrived, self._target.id),
        )
        self._db.execute(
            "DELETE FROM attempt WHERE id IN (SELECT id FROM attempt WHERE subscription = %s"
            " ORDER BY id DESC OFFSET %s)",
            (self._target.id, KEPT_ATTEMPTS),
        )
