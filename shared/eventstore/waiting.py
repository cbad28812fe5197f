"""Reading one's own write: a read that names a token waits until its read models show that write."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from time import monotonic
from typing import Any
from uuid import UUID

from shared.eventstore.errors import UnknownCursor
from shared.problems import Problem
from shared.service.application import Application

TIMEOUT = 5.0

_SLICE = 0.01
"""Seconds between looks: nobody tells when a read model has been moved, perhaps by another replica."""


def wait_for(
    app: Application, token: str | None, subscribers: Sequence[str], timeout: float = TIMEOUT
) -> None:
    """Return when each of the read models has applied what the token's transaction appended.

    `token` is `<service>:<txid>`, as a command answers it; None and another service's token wait for
    nothing, for their place in this service's tables is not known here. Categories that a read model
    does not follow are no reason to wait. A command that appended nothing itself (an import, which
    stores in transactions of its own) is shown when the read models have caught up. Raises `Problem`:
    400 `malformed_token`, 503 `read_model_behind` with how far behind, or 503 `case_parked`.
    """
    txid = _txid(app.name, token)
    if txid is None:
        return
    touched = app.store.appended_by(txid)
    categories = {category for _, category in touched} or None
    end = monotonic() + timeout
    while True:
        rows = _checkpoints(app, subscribers, categories)
        late = [row for row in rows if not _shows(app, row, txid if touched else None)]
        # First, since a parked stream's events are passed over: the checkpoint moves on without them.
        _refuse_parked(app, subscribers, [stream for stream, _ in touched])
        if not late:
            return
        left = end - monotonic()
        if left <= 0:
            raise _behind(app, late[0])
        app.store.tick()  # the ticker may be gathering further appends; somebody waits for this one
        app.store.wait(min(_SLICE, left))


def _txid(service: str, token: str | None) -> int | None:
    if not token:
        return None
    owner, _, number = token.rpartition(":")
    if not owner or not number.isascii() or not number.isdecimal() or len(number) > 19:
        raise Problem(400, "malformed_token", "after_token is not a token of this platform")
    return int(number) if owner == service else None


def _checkpoints(
    app: Application, subscribers: Sequence[str], categories: Collection[str] | None
) -> list[dict[str, Any]]:
    """Where the read models stand in these categories; in all they follow, for None."""
    wanted = list(categories) if categories is not None else None
    return app.db.fetch(
        "SELECT subscriber, category, cursor, head_at FROM checkpoints"
        " WHERE source = %s AND subscriber = ANY(%s) AND (%s::text[] IS NULL OR category = ANY(%s))",
        (app.name, list(subscribers), wanted, wanted),
    )


def _shows(app: Application, row: dict[str, Any], txid: int | None) -> bool:
    """Whether a read model shows a transaction; for None, everything committed by now."""
    try:
        if txid is None:
            page = app.store.read_feed(row["cursor"], category=row["category"], limit=1)
            return not page.events and page.head_at is not None
        return app.store.reached(row["cursor"], txid, category=row["category"])
    except UnknownCursor:
        return False  # of an earlier epoch: its follower is about to find its place again


def _refuse_parked(app: Application, subscribers: Sequence[str], streams: Sequence[UUID]) -> None:
    parked = app.db.fetch(
        "SELECT subscriber, stream::text AS stream FROM parked"
        " WHERE skipped_at IS NULL AND subscriber = ANY(%s) AND stream = ANY(%s::uuid[]) LIMIT 1",
        (list(subscribers), [str(stream) for stream in streams]),
    )
    if parked:
        raise Problem(
            503,
            "case_parked",
            "this case is set aside because an event of it could not be applied; an operator was told",
            extra=parked[0],
        )


def _behind(app: Application, row: dict[str, Any]) -> Problem:
    head_at: datetime | None = row["head_at"]
    seconds = (app.clock.now() - head_at).total_seconds() if head_at else None
    since = head_at.isoformat() if head_at else None
    return Problem(
        503,
        "read_model_behind",
        f"{row['subscriber']} does not show this change yet; try again shortly",
        extra={"subscriber": row["subscriber"], "behind_seconds": seconds, "head_at": since},
    )
