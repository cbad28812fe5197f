"""Pages of the feed, each by looking at about as many events as it shows.

One query finds a page among small ticks. A tick that is larger than a page (an import in one transaction,
or the first tick after an hour without a ticker) would be looked through from its beginning for each of its
pages. So of such a tick the addresses of the next events are kept, in their order, and its pages fetch by
address: what is looked through once serves `KEPT` events.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from shared.eventstore.cursor import Place
from shared.eventstore.forms import PageEvents

KEPT = 50_000
"""Addresses of one tick and category at most, 16 bytes each."""

TICKS_KEPT = 8

# An index fits every look at `events`, yet without statistics, or when one transaction wrote most of
# the table, the planner reads all of it (100 000 events: 27 ms for a look that finds nothing, not 0.03).
BY_INDEX = "SET LOCAL enable_seqscan = off; "
BY_ADDRESS = f"{BY_INDEX}SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; "

# What tick b shows and tick a, the one before it, did not. ARRAY(...) and not a join with pg_snapshot_xip:
# the planner takes a set-returning function for a thousand rows and joins accordingly.
_SHOWN = """(
    SELECT * FROM events
    WHERE txid >= pg_snapshot_xmax(a.taken) AND txid < pg_snapshot_xmax(b.taken)
      AND pg_visible_in_snapshot(txid, b.taken)
    UNION ALL
    SELECT * FROM events
    WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(a.taken)))
      AND pg_visible_in_snapshot(txid, b.taken)
)"""
_WANTED = "(%(category)s::text IS NULL OR starts_with(n.type, %(category)s || '.'))"

PAGE = f"""{BY_INDEX}
SELECT {{columns}}
FROM (
    SELECT b.tick, n.*
    FROM (SELECT tick, taken FROM ticks WHERE tick BETWEEN %(tick)s AND %(upto)s ORDER BY tick) b
    JOIN ticks a ON a.tick = b.tick - 1
    CROSS JOIN LATERAL {_SHOWN} n
    WHERE (b.tick > %(tick)s OR n.position > %(position)s) AND {_WANTED}
    ORDER BY b.tick, n.position
    LIMIT %(limit)s
) e ORDER BY e.tick, e.position
"""  # noqa: S608

ADDRESSES = f"""{BY_INDEX}
SELECT n.txid::text, n.position
FROM ticks b
JOIN ticks a ON a.tick = b.tick - 1
CROSS JOIN LATERAL {_SHOWN} n
WHERE b.tick = %(tick)s AND n.position > %(position)s AND {_WANTED}
ORDER BY n.position
LIMIT %(limit)s
"""  # noqa: S608

FETCH = f"""{BY_ADDRESS}
SELECT {{columns}}
FROM (
    SELECT %(tick)s::bigint AS tick, events.*
    FROM unnest(%(txids)s::xid8[], %(positions)s::bigint[]) AS address (txid, position)
    JOIN events USING (txid, position)
) e ORDER BY position
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of a tick's next events after `after`, in order; `whole` if the tick holds no further ones."""

    after: int
    txids: array[int]
    positions: array[int]
    whole: bool

    def following(self, position: int, limit: int) -> tuple[list[int], list[int]] | None:
        """None if a page from there may reach beyond what is kept."""
        begin = bisect_right(self.positions, position)
        if position < self.after or (begin + limit > len(self.positions) and not self.whole):
            return None
        return list(self.txids[begin : begin + limit]), list(self.positions[begin : begin + limit])


class Pages:
    """For all readers of one feed; for any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._large: OrderedDict[tuple[str, int, str | None], Addresses | None] = OrderedDict()

    def read(
        self,
        cursor: Any,
        found: PageEvents,
        epoch: str,
        place: Place,
        upto: int,
        category: str | None,
        limit: int,
    ) -> None:
        """Fill `found` with what comes after `place`, up to the end of tick `upto`."""
        key = (epoch, place.tick, category)
        if key not in self._large:
            _page(cursor, found, place, upto, category, limit)
        else:
            self._in_large_tick(cursor, found, key, place.position, limit)
            left = limit - len(found.events)
            if left and place.tick < upto:
                _page(cursor, found, Place(place.tick + 1, 0), upto, category, left)
        if 1 < limit == len(found.events) and found.tick(0) == found.tick(-1):
            self._note((epoch, found.tick(0), category))

    def _in_large_tick(
        self, cursor: Any, found: PageEvents, key: tuple[str, int, str | None], position: int, limit: int
    ) -> None:
        _, tick, category = key
        known = self._large.get(key)
        following = known.following(position, limit) if known else None
        if following is None:
            known = _addresses(cursor, tick, position, category, max(KEPT, limit))
            self._note(key, known)
            following = known.following(position, limit)
        txids, positions = following or ([], [])
        if positions:
            where = {"tick": tick, "txids": [str(txid) for txid in txids], "positions": positions}
            found.read(cursor, FETCH.format(columns=found.columns), where)

    def _note(self, key: tuple[str, int, str | None], known: Addresses | None = None) -> None:
        with self._lock:
            self._large[key] = known or self._large.get(key)
            self._large.move_to_end(key)
            while len(self._large) > TICKS_KEPT:
                self._large.popitem(last=False)


def _page(cursor: Any, found: PageEvents, place: Place, upto: int, category: str | None, limit: int) -> None:
    where = {"tick": place.tick, "position": place.position, "upto": upto}
    query = PAGE.format(columns=found.columns)
    found.read(cursor, query, {**where, "category": category, "limit": limit})


def _addresses(cursor: Any, tick: int, position: int, category: str | None, limit: int) -> Addresses:
    where = {"tick": tick, "position": position, "category": category, "limit": limit}
    cursor.execute(ADDRESSES, where)
    rows = cursor.fetchall()
    txids, positions = array("q", [int(row[0]) for row in rows]), array("q", [row[1] for row in rows])
    return Addresses(position, txids, positions, len(rows) < limit)
