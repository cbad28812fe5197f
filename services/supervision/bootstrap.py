"""Composition root."""

from __future__ import annotations

from services.supervision.application import SupervisionApplication
from services.supervision.readmodels.case_clock import CASE_CLOCK, CaseClock
from services.supervision.settings import Settings, read_settings
from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.store import EventStore
from shared.service.application import Remote
from shared.service.calendar import seeded_calendar


def bootstrap(
    *,
    clock: Clock,
    db: Database,
    store: EventStore,
    remote: Remote,
    name: str = "supervision",
    settings: Settings | None = None,
    model: CaseClock = CASE_CLOCK,
) -> SupervisionApplication:
    """Raises ValueError when the calendar has no sensible office hours: better no start than no cards."""
    seeded_calendar()
    return SupervisionApplication(
        name=name,
        clock=clock,
        db=db,
        store=store,
        remote=remote,
        settings=settings or read_settings(),
        model=model,
    )
