"""Events in the order of the feed as a file, and back into a store with numbers of its own.

A restored event keeps id, stream, version, times, text and hash; its txid, position and tick are new, for
those of the old database mean nothing in another one: its transactions would seem to lie in the future.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.database.pool import Database
from shared.eventstore.pages import BY_INDEX
from shared.eventstore.rows import COLUMNS
from shared.seals.seal import Seal

FILE = "events.copy.gz"
TICKS_AT_ONCE = 500
PER_TICK = 1_000
"""Events shown by one restored tick, about: a tick of a large import is cut, many small ones are joined."""

_NAMES = ", ".join(f"n.{name.strip()}" for name in COLUMNS.split(","))

_SHOWN = f"""COPY (
SELECT b.tick, b.taken_at, {_NAMES}
FROM (SELECT * FROM ticks WHERE tick > {{after}} AND tick <= {{upto}} ORDER BY tick) b
JOIN ticks a ON a.tick = b.tick - 1
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE txid >= pg_snapshot_xmax(a.taken) AND txid < pg_snapshot_xmax(b.taken)
      AND pg_visible_in_snapshot(txid, b.taken)
    UNION ALL
    SELECT * FROM events WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(a.taken)))
      AND pg_visible_in_snapshot(txid, b.taken)
) n ORDER BY b.tick, n.position) TO STDOUT"""  # noqa: S608

_UNSHOWN = f"""COPY (
SELECT a.tick + 1, '{{now}}'::timestamptz, {_NAMES}
FROM (SELECT * FROM ticks ORDER BY tick DESC LIMIT 1) a
CROSS JOIN LATERAL (
    SELECT * FROM events WHERE txid >= pg_snapshot_xmax(a.taken)
    UNION ALL
    SELECT * FROM events WHERE txid = ANY(ARRAY(SELECT pg_snapshot_xip(a.taken)))
) n ORDER BY n.position) TO STDOUT"""  # noqa: S608


def copy_events_out(cursor: Any, folder: Path, now: datetime) -> int:
    """`cursor` sees one moment of the database. What no tick shows yet comes last, as of `now`."""
    cursor.execute(BY_INDEX)
    cursor.execute("SELECT max(tick) FROM ticks")
    last, count = int(cursor.fetchone()[0] or 0), 0
    with gzip.open(folder / FILE, "wb", compresslevel=1) as stream:
        for after in range(0, last, TICKS_AT_ONCE):
            upto = min(after + TICKS_AT_ONCE, last)
            cursor.copy_expert(_SHOWN.format(after=after, upto=upto), stream)
            count += cursor.rowcount
        cursor.copy_expert(_UNSHOWN.format(now=now.isoformat()), stream)
        count += cursor.rowcount
    return count


@dataclass
class Restored:
    """`ticks`: newest old tick that was read completely to newest new one that shows all of it.

    `erased_since`: whose keys are destroyed by now, and what stands beside their events is back.
    """

    events: int = 0
    ticks: dict[int, int] = field(default_factory=dict)
    erased_since: dict[str, datetime] = field(default_factory=dict)

    def new_tick(self, old: int) -> int:
        """The newest new tick that shows what the old one showed."""
        return max((new for before, new in self.ticks.items() if before <= old), default=0)


@dataclass
class _Group:
    """Lines that one transaction writes and one tick shows."""

    lines: list[str] = field(default_factory=list)
    tick: int = 0
    taken_at: str = ""


def copy_events_in(
    db: Database, folder: Path, boundaries: set[int], progress: Callable[[int], None] = lambda _: None
) -> Restored:
    """Into an empty store, a transaction and a tick of its own per group, in the order of the feed.

    `boundaries` are old ticks after which a new tick begins in any case: where seals end.
    """
    restored = Restored()
    for tick, (group, whole) in enumerate(_groups(folder, boundaries), start=1):
        with db.transaction() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = 0")
            cursor.copy_expert(f"COPY events ({COLUMNS}) FROM STDIN", io.StringIO("".join(group.lines)))
        with db.transaction() as cursor:
            cursor.execute(
                "INSERT INTO ticks (tick, taken, taken_at) VALUES (%s, pg_current_snapshot(), %s)",
                (tick, group.taken_at),
            )
        restored.events += len(group.lines)
        progress(len(group.lines))
        if whole:
            restored.ticks[group.tick] = tick
    return restored


def _groups(folder: Path, boundaries: set[int]) -> Iterator[tuple[_Group, bool]]:
    """Each with whether it ends where an old tick ends."""
    group = _Group()
    with gzip.open(folder / FILE, "rt", encoding="utf-8", newline="\n") as stream:
        for line in stream:
            tick, taken_at, row = line.split("\t", 2)
            old = int(tick)
            ends = group.lines and old != group.tick
            if ends and _parts(group, old, taken_at, boundaries):
                yield group, True
                group = _Group()
            elif len(group.lines) >= PER_TICK:
                yield group, bool(ends)
                group = _Group()
            group.lines.append(row)
            group.tick, group.taken_at = old, taken_at
    if group.lines:
        yield group, True


def _parts(group: _Group, tick: int, taken_at: str, boundaries: set[int]) -> bool:
    """Ticks of different hours stay apart: who asks from a time on gets no more than he asked for."""
    full = len(group.lines) >= PER_TICK // 2 or group.taken_at[:13] != taken_at[:13]
    return full or any(group.tick <= boundary < tick for boundary in boundaries)


def renumbered(seals: list[Seal], restored: Restored) -> list[Seal]:
    """The seals as they were signed, and where their events stand now."""
    moved, after = [], 0
    for seal in seals:
        upto = max(after, restored.new_tick(seal.last_tick))
        moved.append(replace(seal, first_tick=after + 1, last_tick=upto))
        after = upto
    return moved
