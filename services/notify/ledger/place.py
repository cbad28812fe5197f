"""A place in the ledger as an opaque cursor. Its epoch is the database's: a restore changes both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from shared.problems import FieldError, Problem, invalid

_EVENT = "event:"


def epoch(db: Any) -> str:
    db.execute("SELECT epoch FROM feed_epoch")
    return str(db.fetchone()[0])


def encode(epoch: str, seq: int) -> str:
    return f"{epoch}-{seq:x}"


def behind_event(db: Any, epoch: str, after: str) -> str:
    """The cursor behind an event, for `event:<id>`; anything else as it is. Raises 422 for what is no id, 410
    for an event that this ledger does not have: it was lost, and so may others be."""
    if not after.startswith(_EVENT):
        return after
    try:
        id = UUID(after.removeprefix(_EVENT))
    except ValueError:
        raise invalid([FieldError("after", "wrong_type", "not an event's id")], "not an event's id") from None
    db.execute("SELECT seq FROM ledger WHERE event_id = %s", (str(id),))
    row = db.fetchone()
    if row is None:
        raise Problem(410, "event_not_known", "this event is not in the ledger; try the one before it")
    return encode(epoch, int(row[0]))


def decode(epoch: str, cursor: str) -> int:
    """Raises 422 for what is no cursor, 410 for another epoch's: events may have got other places."""
    if not cursor:
        return 0
    theirs, _, seq = cursor.partition("-")
    try:
        place = int(seq, 16)
    except ValueError:
        errors = [FieldError("after", "wrong_type", "not a cursor")]
        raise invalid(errors, "the cursor is not one of ours") from None
    if theirs != epoch:
        raise Problem(
            410,
            "cursor_epoch_changed",
            "the ledger was restored since; go on behind the last event you have: after=event:<its id>",
        )
    return place
