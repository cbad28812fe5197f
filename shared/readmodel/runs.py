"""Rebuilds that operators asked for, as rows: what waits, what runs and how far it is, what became of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from shared.database.pool import Database
from shared.eventstore.event import Metadata
from shared.readmodel.rebuild import Rebuilt
from shared.readmodel.recorded import record
from shared.readmodel.standing import Standing
from shared.service.application import Application

TELL_SECONDS = 0.5
"""Between two writes of how far a rebuild is."""

_COLUMNS = """id::text, read_model, state, asked_by, asked_at, released_by, released_at, workers, afresh,
starts, phase, events, per_second, done, seconds_left, ended_at, failure, outcome"""


@dataclass(frozen=True, slots=True)
class Run:
    """`state`: `proposed` (a second person has to release it), `replaced` (by a later proposal), `waiting`,
    `running`, `done`, `failed`. The measures are of the last time somebody told, None before."""

    id: str
    read_model: str
    state: str
    asked_by: str
    asked_at: datetime
    released_by: str | None
    released_at: datetime | None
    workers: int
    afresh: bool
    starts: int
    phase: str | None
    events: int
    per_second: float | None
    done: float | None
    seconds_left: float | None
    ended_at: datetime | None
    failure: str | None
    outcome: dict[str, Any] | None

    def shown(self) -> dict[str, Any]:
        """For the wire. `tables` compares what served with what serves now."""
        names = (
            "id",
            "read_model",
            "state",
            "asked_by",
            "released_by",
            "workers",
            "phase",
            "events",
            "failure",
        )
        times = ("asked_at", "released_at", "ended_at")
        shown = {name: getattr(self, name) for name in names}
        shown |= {name: moment.isoformat() if (moment := getattr(self, name)) else None for name in times}
        running = self.state == "running"
        for name in ("per_second", "done", "seconds_left"):
            shown[name] = getattr(self, name) if running else None
        outcome = self.outcome or {}
        return shown | {"seconds": outcome.get("seconds"), "tables": outcome.get("tables", [])}


def insert(db: Any, run: Run) -> None:
    db.execute(
        "INSERT INTO rebuild_runs (id, read_model, state, asked_by, asked_at, released_by, released_at,"
        " workers, afresh) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            run.id, run.read_model, run.state, run.asked_by, run.asked_at, run.released_by, run.released_at,
            run.workers, run.afresh,
        ),
    )  # fmt: skip


def release(db: Any, id: str, by: str, at: datetime) -> None:
    db.execute(
        "UPDATE rebuild_runs SET state = 'waiting', released_by = %s, released_at = %s WHERE id = %s",
        (by, at, id),
    )


def replace_proposal(db: Any, id: str, at: datetime) -> None:
    db.execute("UPDATE rebuild_runs SET state = 'replaced', ended_at = %s WHERE id = %s", (at, id))


def find(db: Any, id: str) -> Run | None:
    return _one(db, "WHERE id = %s", id)


def open_run(db: Any, read_model: str) -> Run | None:
    """The one that is proposed, waits or runs; holds it until the transaction ends."""
    return _one(
        db, "WHERE read_model = %s AND state IN ('proposed', 'waiting', 'running') FOR UPDATE", read_model
    )


def newest(db: Any, read_model: str | None, limit: int) -> list[Run]:
    db.execute(
        f"SELECT {_COLUMNS} FROM rebuild_runs WHERE %s::text IS NULL OR read_model = %s"  # noqa: S608
        " ORDER BY asked_at DESC, id DESC LIMIT %s",
        (read_model, read_model, limit),
    )
    return [Run(*row) for row in db.fetchall()]


def due(db: Any) -> Run | None:
    """The oldest that is to be begun, or to be gone on with."""
    return _one(db, "WHERE state IN ('waiting', 'running') ORDER BY released_at, id LIMIT 1")


def begin(db: Any, id: str) -> None:
    db.execute("UPDATE rebuild_runs SET state = 'running', starts = starts + 1 WHERE id = %s", (id,))


class Telling:
    """A `Progress` that writes how far a run is, now and then."""

    def __init__(self, db: Database, id: str) -> None:
        self._db = db
        self._id = id
        self._told = float("-inf")
        self._phase: str | None = None

    def __call__(self, at: Standing) -> None:
        if at.phase == self._phase and monotonic() - self._told < TELL_SECONDS:
            return
        self._phase, self._told = at.phase, monotonic()
        with self._db.at_once() as cursor:
            cursor.execute(
                "UPDATE rebuild_runs SET phase = %s, events = %s, per_second = %s, done = %s,"
                " seconds_left = %s, afresh = false WHERE id = %s",
                (at.phase, at.events, at.per_second, at.done, at.seconds_left, self._id),
            )


def succeed(app: Application, run: Run, found: Rebuilt) -> None:
    tables = [
        {"table": table, "before": before, "after": after, "same": table not in found.changed}
        for table, (before, after) in found.rows.items()
    ]
    _end(app, run, "done", found.events, found.seconds, tables, None)


def fail(app: Application, run: Run, failure: str) -> None:
    """`failure` is for operators and names no personal value. What serves is untouched."""
    _end(app, run, "failed", run.events, 0.0, [], failure)


def _end(
    app: Application,
    run: Run,
    state: str,
    events: int,
    seconds: float,
    tables: list[dict[str, Any]],
    failure: str | None,
) -> None:
    """Row and event in one transaction."""
    data = {
        "read_model": run.read_model, "outcome": state, "events": events,
        "milliseconds": round(seconds * 1000), "tables": tables, "failure": failure,
    }  # fmt: skip
    by = Metadata(actor=f"service:{app.name}", role="service")
    with app.store.unit_of_work() as unit:
        record(app, unit, run.id, "rebuild.ended", data, by)
        unit.cursor.execute(
            "UPDATE rebuild_runs SET state = %s, events = %s, failure = %s, outcome = %s, ended_at = %s"
            " WHERE id = %s",
            (
                state, events, failure, json.dumps({"seconds": round(seconds, 3), "tables": tables}),
                app.clock.now(), run.id,
            ),
        )  # fmt: skip


def _one(db: Any, where: str, *args: Any) -> Run | None:
    db.execute(f"SELECT {_COLUMNS} FROM rebuild_runs {where}", args)  # noqa: S608
    row = db.fetchone()
    return Run(*row) if row else None
