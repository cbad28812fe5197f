"""One specification, two stores: every test here runs against PostgreSQL and against the fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.clock import SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import NewEvent
from shared.eventstore.feed import start_new_epoch
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.postgres import PostgresEventStore
from shared.service.spec import ServiceSpec

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture(params=["postgres", "memory"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def db(kind: str, request: pytest.FixtureRequest) -> Iterator[Database | None]:
    if kind == "memory":
        yield None
        return
    database = Database(request.getfixturevalue("database_dsn"))
    migrate(database, ServiceSpec("cases", "none"))
    yield database
    database.close()


@pytest.fixture
def store(db: Database | None, clock: SimulatedClock) -> Any:
    return MemoryEventStore("cases", clock) if db is None else PostgresEventStore(db, "cases", clock)


@pytest.fixture
def new_epoch(db: Database | None, store: Any) -> Callable[[], None]:
    def change() -> None:
        if db is None:
            store.start_new_epoch()
            return
        with db.transaction() as cursor:
            start_new_epoch(cursor)

    return change


@pytest.fixture
def make() -> Callable[..., NewEvent]:
    def event(type: str = "case.submitted", **data: Any) -> NewEvent:
        return NewEvent(type, data, NOON)

    return event
