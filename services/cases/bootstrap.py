"""The composition root of the cases service."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.cases.leases import ItemLeases
from services.cases.settings import CasesSettings
from shared.clock import Clock, SystemClock
from shared.database.pool import Database
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.store import EventStore
from shared.service.application import Application, Remote
from shared.service.calendar import seeded_calendar


@dataclass
class CasesApplication(Application):
    """`calendar` is the working-day calendar that due dates of this service are computed with; `items` what
    the catalogue told a moment ago."""

    settings: CasesSettings = field(default_factory=CasesSettings)
    calendar: WorkingCalendar = field(default_factory=seeded_calendar)
    items: ItemLeases = field(default_factory=ItemLeases)


def bootstrap(
    *,
    db: Database,
    remote: Remote,
    name: str = "cases",
    clock: Clock | None = None,
    store: EventStore | None = None,
    settings: CasesSettings | None = None,
    calendar: WorkingCalendar | None = None,
) -> CasesApplication:
    clock = clock or SystemClock()
    return CasesApplication(
        name=name,
        clock=clock,
        db=db,
        store=store or PostgresEventStore(db, name, clock),
        remote=remote,
        settings=settings or CasesSettings(),
        calendar=calendar or seeded_calendar(),
    )
