"""Keeps what departments may read: published events of cases and cards, in one order of our own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from psycopg2.extras import execute_values

from shared.eventstore.event import Event
from shared.messaging.cloudevents import to_cloudevent
from shared.readmodel.model import Source, Subscription

_COLUMNS = (
    "seq, source, category, event_id, type, stream, case_no, department_code, region_code, item_code,"
    " recorded_at, cloudevent"
)


class Ledger(Subscription):
    """Starts at the beginning: it keeps a copy and does nothing outward."""

    name: ClassVar[str] = "ledger"
    sources: ClassVar[tuple[Source, ...]] = (Source("cases", "case"), Source("supervision", "card"))
    from_start: ClassVar[bool] = True
    apart: ClassVar[float] = 0.25

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        seq = _lock_head(db)
        known = _known(db, events)
        fresh = [event for event in events if str(event.id) not in known]
        rows = [_row(seq + number, event) for number, event in enumerate(fresh, start=1)]
        if rows:
            execute_values(db, f"INSERT INTO ledger ({_COLUMNS}) VALUES %s", rows)  # noqa: S608
            db.execute("UPDATE ledger_head SET seq = %s", (seq + len(rows),))


def _lock_head(db: Any) -> int:
    """The place of the newest event, held until the commit.

    A sequence hands a number out before the commit, so a reader that goes by it skips what commits
    late; and a rollback leaves a gap that nobody can tell from an event still to come. One locked
    row makes the order of commits the order of numbers, without gaps. What it costs, one writer at
    a time, is no loss here: a feed is handled by one consumer anyway, and two feeds take turns by
    the batch.
    """
    db.execute("SELECT seq FROM ledger_head FOR UPDATE")
    return int(db.fetchone()[0])


def _known(db: Any, events: Sequence[Event]) -> set[str]:
    """A feed that is read again after its epoch changed brings old events once more."""
    ids = [str(event.id) for event in events]
    db.execute("SELECT event_id::text FROM ledger WHERE event_id = ANY(%s::uuid[])", (ids,))
    return {row[0] for row in db.fetchall()}


def _row(seq: int, event: Event) -> tuple[Any, ...]:
    header = _header(event.data)
    message = to_cloudevent(event, event.data)
    # A place in the owner's feed means nothing to a reader of the ledger, who goes by the ledger's.
    message.pop("previous", None)
    message.pop("cursor", None)
    return (
        seq,
        event.source,
        event.category,
        str(event.id),
        event.type,
        str(event.stream),
        header.get("case_no"),
        header.get("department_code"),
        header.get("region_code"),
        header.get("item_code"),
        event.recorded_at,
        json.dumps(message, ensure_ascii=False),
    )


def _header(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What filters look at stands in `data.case`, or beside the rest where the event has no such part."""
    case = data.get("case")
    return {**data, **case} if isinstance(case, Mapping) else data
