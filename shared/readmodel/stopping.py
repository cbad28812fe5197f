"""Subscribers that gave up, for all replicas and over restarts, until an operator lets them go on.

It stands in the database and not in a process: the replica that gave up is not the one an operator's
request reaches, and one that starts anew would park another row of streams for the same fault.
"""

from __future__ import annotations

from typing import Any

import structlog

from shared.database.pool import Database
from shared.readmodel.consumer import find_consumer
from shared.service.application import Application
from shared.service.spec import ServiceSpec

LOOK = 1.0
"""Seconds between looks whether an operator has resumed somebody."""

log = structlog.get_logger(__name__)


def note(db: Database, subscriber: str, source: str, reason: str) -> None:
    """It stands still from now on; the first reason stays if several replicas find one."""
    with db.transaction() as cursor:
        cursor.execute(
            "INSERT INTO stopped (subscriber, source, reason) VALUES (%s, %s, %s)"
            " ON CONFLICT (subscriber, source) WHERE resumed_at IS NULL DO NOTHING",
            (subscriber, source, reason),
        )


def standing(db: Database, source: str) -> dict[str, str]:
    """Who stands still before one service's feed, and why."""
    rows = db.fetch(
        "SELECT subscriber, reason FROM stopped WHERE source = %s AND resumed_at IS NULL", (source,)
    )
    return {row["subscriber"]: row["reason"] for row in rows}


def reason_of(cursor: Any, subscriber: str, source: str) -> str | None:
    """Why it stands still, or None when it may go on."""
    cursor.execute(
        "SELECT reason FROM stopped WHERE subscriber = %s AND source = %s AND resumed_at IS NULL",
        (subscriber, source),
    )
    row = cursor.fetchone()
    return str(row[0]) if row else None


def all_standing(db: Database) -> dict[str, str]:
    """By subscriber, whatever it follows: for the status."""
    rows = db.fetch(
        "SELECT subscriber, string_agg(reason, '; ' ORDER BY source) AS reason FROM stopped"
        " WHERE resumed_at IS NULL GROUP BY subscriber"
    )
    return {row["subscriber"]: row["reason"] for row in rows}


def sources_of(db: Database, subscriber: str) -> set[str]:
    """The services before whose feeds it stands still."""
    rows = db.fetch("SELECT source FROM stopped WHERE subscriber = %s AND resumed_at IS NULL", (subscriber,))
    return {row["source"] for row in rows}


def resume(
    app: Application, spec: ServiceSpec, subscriber: str, by: str, start: str = "common"
) -> dict[str, Any]:
    """Let it go on; answers `{resumed}`, the services whose feeds it stood still before.

    It goes on within `LOOK` seconds in every replica. Nothing to resume is no fault: doing it twice does
    it once. `start` says from where, and is kept with who said so. Raises `Problem` 404 for a subscriber
    that is not there.
    """
    find_consumer(app, spec, subscriber)
    with app.db.transaction() as db:
        db.execute(
            "UPDATE stopped SET resumed_at = clock_timestamp(), resumed_by = %s, resumed_from = %s"
            " WHERE subscriber = %s AND resumed_at IS NULL RETURNING source",
            (by, start, subscriber),
        )
        sources = sorted(row[0] for row in db.fetchall())
    if sources:
        log.warning("subscriber_resumed", service=app.name, subscriber=subscriber, sources=sources, by=by)
    return {"resumed": sources}
