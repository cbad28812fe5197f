"""Rows of the events table in the order of the feed, as they are stored, a bounded number in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shared.eventstore.pages import BY_INDEX

TICKS_AT_ONCE = 500
"""One statement sorts what so many ticks show."""

ROWS_AT_ONCE = 2_000

_RANGE = f"""{BY_INDEX}
DECLARE feed_rows NO SCROLL CURSOR FOR
SELECT {{columns}}
FROM (SELECT tick, taken FROM ticks WHERE tick > %(after)s AND tick <= %(upto)s ORDER BY tick) b
JOIN ticks a ON a.tick = b.tick - 1
CROSS JOIN LATERAL (
    SELECT * FROM events
    WHERE txid >= pg_snapshot_xmax(a.taken) AND txid < pg_snapshot_xmax(b.taken)
      AND pg_visible_in_snapshot(txid, b.taken)
    UNION ALL
    SELECT * FROM events
    WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(a.taken)))
      AND pg_visible_in_snapshot(txid, b.taken)
) n {{join}}
ORDER BY b.tick, n.position
"""  # noqa: S608

# Committed, and shown by no tick: appended a moment ago, or placed where the feed never looks.
_UNSHOWN = f"""{BY_INDEX}
DECLARE feed_rows NO SCROLL CURSOR FOR
SELECT {{columns}}
FROM (SELECT tick, taken FROM ticks ORDER BY tick DESC LIMIT 1) a
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE txid >= pg_snapshot_xmax(a.taken)
    UNION ALL
    SELECT * FROM events WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(a.taken)))
) n {{join}}
ORDER BY n.position
"""  # noqa: S608


def shown(cursor: Any, after: int, upto: int, columns: str, join: str = "") -> Iterator[tuple[Any, ...]]:
    """What the ticks after `after` up to `upto` show. `cursor` is in a transaction.

    `columns` and `join` are our own SQL about `n`, the event, `a`, the tick before, and `b`, its tick.
    """
    statement = _RANGE.format(columns=columns, join=join)
    while after < upto:
        end = min(after + TICKS_AT_ONCE, upto)
        yield from _all(cursor, statement, {"after": after, "upto": end})
        after = end


def unshown(cursor: Any, columns: str, join: str = "") -> Iterator[tuple[Any, ...]]:
    """What no tick shows. There is no `b` here."""
    yield from _all(cursor, _UNSHOWN.format(columns=columns, join=join), {})


def _all(cursor: Any, statement: str, args: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    cursor.execute(statement, args)
    while True:
        cursor.execute(f"FETCH {ROWS_AT_ONCE} FROM feed_rows")
        rows = cursor.fetchall()
        if not rows:
            break
        yield from rows
    cursor.execute("CLOSE feed_rows")
