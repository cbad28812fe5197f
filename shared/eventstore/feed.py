"""The feed: every committed event once, in one order, by ticks.

A position is handed out before its commit, so reading by position alone loses events. Each tick
keeps a snapshot; a page is what is visible in tick b and was not in tick b-1, ordered by
(tick, position). Nobody waits for anybody: a writer takes no lock, and a transaction that stays
open, ours or a stranger's, delays only its own events.

Ticks are taken, and the feed is read, on the primary only: a standby's snapshots don't list the
transactions that run.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.cursor import Place, decode, encode, parse
from shared.eventstore.errors import UnknownCursor
from shared.eventstore.forms import page_events
from shared.eventstore.pages import BY_INDEX, Pages
from shared.eventstore.rows import as_readers_get_them
from shared.eventstore.signal import Signal
from shared.eventstore.store import FeedPage

_TICK = "SELECT newest, is_taken, new_epoch FROM take_tick(%s)"

TICKS_PER_PAGE = 5_000
"""How many ticks one page looks through, so that a rare category costs many short queries, not one long."""

# As `take_tick` has it: some event is at or above the last tick's xmax (it was not yet begun then), or was in
# flight at the last tick.
_IS_NEW = """(
    coalesce(
        (SELECT txid FROM events ORDER BY txid DESC, position DESC LIMIT 1) >= pg_snapshot_xmax(last.taken),
        false
    )
    OR EXISTS (SELECT FROM events WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(last.taken))))
)"""

_LAST = "SELECT tick, taken, taken_at FROM ticks ORDER BY tick DESC LIMIT 1"

_HEAD = f"""{BY_INDEX}
WITH last AS ({_LAST})
SELECT (SELECT epoch FROM feed_epoch), last.tick, last.taken_at, {_IS_NEW} OR pg_is_in_recovery() FROM last
"""  # noqa: S608


# An epoch's places are common with the present one as far as its own end and that of every later epoch.
_COMMON_UP_TO = """
SELECT min(last_tick) FROM feed_epochs
WHERE number >= (SELECT number FROM feed_epochs WHERE epoch = %s)
"""

log = structlog.get_logger(__name__)


class Feed:
    def __init__(self, db: Database, source: str, clock: Clock) -> None:
        self._db = db
        self._source = source
        self._clock = clock
        self._pages = Pages()
        self._newest: int | None = None
        self.appended = Signal()
        self.ticked = Signal()

    def tick(self) -> bool:
        """Also fires `ticked` for a tick that another process took since the last look."""
        moment = self._clock.now()  # before the snapshot, so that nothing committed earlier is missing
        with self._db.at_once() as cursor:
            cursor.execute(_TICK, (moment,))
            newest, taken, why = cursor.fetchone()
        if why is not None:
            log.warning("new_epoch", reason=why)
        if newest != self._newest or why is not None:
            self._newest = newest
            self.ticked.fire()
        return bool(taken)

    def common(self, cursor: str) -> str | None:
        with self._db.at_once() as db:
            epoch, _, _, _ = _head(db)
            old, place = parse(cursor)
            if old in ("", epoch):
                return cursor
            db.execute(_COMMON_UP_TO, (old,))
            upto = db.fetchone()[0]
        return None if upto is None else encode(epoch, min(place, Place(upto + 1, 0)))

    def head(self) -> str:
        with self._db.at_once() as cursor:
            epoch, last, _, _ = _head(cursor)
        return encode(epoch, Place(last + 1, 0))

    def read(self, after: str, *, category: str | None, limit: int) -> FeedPage:
        now = self._clock.now()
        with self._db.at_once() as cursor:
            epoch, last, taken_at, unticked = _head(cursor)
            place = decode(epoch, after)
            if place > Place(last + 1, 0):
                raise UnknownCursor(after, "it lies beyond the end of this feed, which was set back")
            upto = min(last, place.tick + TICKS_PER_PAGE)
            # A reader who stands at the end, as most do most of the time, has no page to ask for.
            within = place.tick <= upto
            found = page_events(cursor, epoch, after, self._source)
            if within:
                self._pages.read(cursor, found, epoch, place, upto, category, limit)
            events = as_readers_get_them(cursor, found.events)
        if len(events) == limit:
            return FeedPage(events, events[-1].cursor, None)
        if upto < last:
            return FeedPage(events, encode(epoch, Place(upto + 1, 0)), None)
        end = events[-1].cursor if events else encode(epoch, max(place, Place(last + 1, 0)))
        return FeedPage(events, end, taken_at if unticked else now)

    def reached(self, cursor: str, txid: int, category: str | None = None) -> bool:
        with self._db.at_once() as db:
            epoch, last, _, _ = _head(db)
            place = decode(epoch, cursor)
            first = _first_tick_showing(db, txid, last)
            if first is None or first > place.tick:
                return False
            if first < place.tick:
                return True
            db.execute(
                "SELECT max(position) FROM events WHERE txid = %s::xid8"
                " AND (%s::text IS NULL OR split_part(type, '.', 1) = %s)",
                (str(txid), category, category),
            )
            return bool((db.fetchone()[0] or 0) <= place.position)

    def find(self, id: UUID, stream: UUID, version: int) -> str | None:
        with self._db.at_once() as db:
            epoch, last, _, _ = _head(db)
            db.execute(
                "SELECT txid::text, position FROM events WHERE stream = %s AND version = %s AND id = %s",
                (str(stream), version, str(id)),
            )
            row = db.fetchone()
            if row is None:
                return None
            tick = _first_tick_showing(db, int(row[0]), last)
            return None if tick is None else encode(epoch, Place(tick, row[1]))

    def appended_by(self, txid: int) -> set[tuple[UUID, str]]:
        with self._db.at_once() as db:
            db.execute(
                "SELECT DISTINCT stream::text, split_part(type, '.', 1) FROM events WHERE txid = %s::xid8",
                (str(txid),),
            )
            return {(UUID(stream), category) for stream, category in db.fetchall()}


def start_new_epoch(cursor: Any) -> None:
    """After a restore that renumbers: every cursor given out before is refused from now on, and nobody's
    place can be carried over. The owner's role is needed, as for a restore."""
    cursor.execute(
        "UPDATE feed_epoch SET epoch = substr(md5(gen_random_uuid()::text), 1, 8),"
        " system_identifier = NULL, timeline = NULL, folder_changed = NULL"
    )


def _head(cursor: Any) -> tuple[str, int, datetime, bool]:
    """Epoch, newest tick, when it was taken, and whether there may be events it does not show.

    The epoch is read each time: a pool outlives the promotion that changes it.
    """
    cursor.execute(_HEAD)
    epoch, tick, taken_at, unticked = cursor.fetchone()
    return epoch, tick, taken_at, unticked


def _first_tick_showing(cursor: Any, txid: int, last: int) -> int | None:
    """By halving: what one tick shows, all later ones show. None when even the newest doesn't."""
    if not _shows(cursor, last, txid):
        return None
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        if _shows(cursor, middle, txid):
            high = middle
        else:
            low = middle + 1
    return low


def _shows(cursor: Any, tick: int, txid: int) -> bool:
    cursor.execute(
        "SELECT pg_visible_in_snapshot(%s::xid8, taken) FROM ticks WHERE tick = %s", (str(txid), tick)
    )
    return bool(cursor.fetchone()[0])
