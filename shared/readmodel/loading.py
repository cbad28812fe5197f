"""Loads a copy with several processes. They share nothing but the plan in the database."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any

from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable
from shared.readmodel import deferring, plan, shares
from shared.readmodel.failures import ReplayFailed
from shared.readmodel.shares import Loader
from shared.readmodel.standing import INDEXING, LOADING, Meter, Progress

LOOK = 0.5
"""Seconds between looks at how far the workers are."""

NICE = 5
"""Serving goes first where both want the processor."""

_SPAWN = get_context("spawn")  # never forks a process that may have threads


def load(db: Database, loader: Loader, workers: int, progress: Progress | None) -> None:
    """Fold what no run has folded yet, then make keys and indexes. Raises `ReplayFailed`.

    When a worker dies, or this process does, what was done stays and the next call goes on from there.
    """
    with db.transaction() as cursor:
        open_, whole, events = shares.left_to_do(cursor, loader.plan.schema)
    meter = Meter(LOADING, progress, events, 1 - open_ / whole)
    work = _alone if min(workers, open_) <= 1 else _in_processes
    while open_:
        work(db, loader, min(workers, open_), _teller(db, loader, meter))
        with db.transaction() as cursor:  # a worker of a run that was killed may still hold one
            open_, whole, events = shares.left_to_do(cursor, loader.plan.schema)
    Meter(INDEXING, progress, events).tell(events)
    loader.plan.events, loader.plan.loaded = events, True
    with db.transaction() as cursor:
        deferring.make(cursor, loader.plan.deferred)
        for table in loader.model.tables:
            cursor.execute(f'ANALYZE "{loader.plan.schema}"."{table.name}"')
        plan.save(cursor, loader.plan)


def _teller(db: Database, loader: Loader, meter: Meter) -> Callable[[], None]:
    def tell() -> None:
        with db.at_once() as cursor:
            open_, whole, events = shares.left_to_do(cursor, loader.plan.schema)
        meter.tell(events, 1 - open_ / whole)

    return tell


def _alone(db: Database, loader: Loader, workers: int, tell: Callable[[], None]) -> None:
    while loader.one_share(db) is not None:
        tell()


def _in_processes(db: Database, loader: Loader, workers: int, tell: Callable[[], None]) -> None:
    crew: dict[Any, Connection] = {}
    try:
        for _ in range(workers):
            ours, theirs = _SPAWN.Pipe(duplex=False)
            process = _SPAWN.Process(target=_work, args=(db.dsn, db.vault, loader, theirs), daemon=True)
            process.start()
            theirs.close()
            crew[process] = ours
        while running := [process.sentinel for process in crew if process.is_alive()]:
            wait(running, LOOK)
            tell()
            _raise_failures(crew)
        _raise_failures(crew)
    finally:
        for process, ours in crew.items():
            process.terminate()
            process.join()
            ours.close()


def _raise_failures(crew: dict[Any, Connection]) -> None:
    for process, ours in crew.items():
        if process.is_alive() or process.exitcode == 0:
            continue
        try:
            raise ReplayFailed(ours.recv())
        except EOFError as error:
            raise StoreUnavailable(
                f"a worker ended with {process.exitcode}; start again, it goes on where it stopped"
            ) from error


def _work(dsn: str, vault: Any, loader: Loader, failures: Connection) -> None:
    """A worker's life. It ends with the process that began it, whatever happened to that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICE)
    parent, db = parent_process(), Database(dsn, size=1, name="yiwang-rebuild", vault=vault)
    try:
        while parent is not None and parent.is_alive() and loader.one_share(db) is not None:
            pass
    except ReplayFailed as error:
        failures.send(str(error))
        raise SystemExit(1) from error
    finally:
        db.close()
