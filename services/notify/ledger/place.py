"""A place in the ledger as an opaque cursor. Its epoch is the database's: a restore changes both."""

from __future__ import annotations

from typing import Any

from shared.problems import FieldError, Problem, invalid


def epoch(db: Any) -> str:
    db.execute("SELECT epoch FROM feed_epoch")
    return str(db.fetchone()[0])


def encode(epoch: str, seq: int) -> str:
    return f"{epoch}-{seq:x}"


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
            "the ledger was restored since; start from the last event you both have (GET /events from the"
            " beginning, dropping known event ids)",
        )
    return place
