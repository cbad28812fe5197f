"""Composition root of the catalogue service."""

from __future__ import annotations

from typing import Any

from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.store import EventStore
from shared.service.application import Application, Remote


def bootstrap(
    *,
    clock: Clock,
    db: Database,
    store: EventStore,
    remote: Remote,
    name: str = "catalogue",
    settings: Any = None,
) -> Application:
    return Application(name=name, clock=clock, db=db, store=store, remote=remote, settings=settings)
