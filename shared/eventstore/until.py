"""The events up to a cursor, as a condition on the events table: for who doesn't read by the feed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from shared.eventstore.cursor import decode


@dataclass(frozen=True, slots=True)
class Until:
    """Everything `before` shows, and of what `within` shows besides it the positions up to `position`."""

    before: str
    within: str
    position: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Until:
        return cls(**data)


WHERE = """txid < pg_snapshot_xmax(%(within)s::pg_snapshot) AND (
    pg_visible_in_snapshot(txid, %(before)s::pg_snapshot)
    OR pg_visible_in_snapshot(txid, %(within)s::pg_snapshot) AND position <= %(position)s
)"""
"""Takes the fields of an `Until`."""


def until(db: Any, cursor: str) -> Until:
    """Raises `UnknownCursor` for a cursor of another epoch. "" is before everything."""
    db.execute("SELECT epoch FROM feed_epoch")
    place = decode(db.fetchone()[0], cursor)
    before = _taken(db, place.tick - 1)
    return Until(before, _taken(db, place.tick) if place.position else before, place.position)


def _taken(db: Any, tick: int) -> str:
    db.execute("SELECT taken::text FROM ticks WHERE tick <= %s ORDER BY tick DESC LIMIT 1", (tick,))
    row = db.fetchone()
    return str(row[0]) if row else "1:1:"
