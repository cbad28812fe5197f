"""One specification, two stores: every test here runs against PostgreSQL and against the fake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from marshmallow import INCLUDE, Schema, fields
from psycopg2.extensions import set_wait_callback
from psycopg2.extras import wait_select

from shared.clock import SimulatedClock
from shared.database import prepared
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import NewEvent
from shared.eventstore.feed import start_new_epoch
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.postgres import PostgresEventStore
from shared.personal.declaration import PERSONAL, Declaration, personal_of
from shared.personal.keys import MemoryKeys
from shared.personal.vault import Vault
from shared.service.spec import ServiceSpec
from shared.testing.vault import new_vault


class Who(Schema):
    class Meta:
        unknown = INCLUDE

    id = fields.String()
    name = fields.String(metadata=personal_of("id"))


class Noted(Schema):
    text = fields.String(metadata=PERSONAL)
    who = fields.Nested(Who)
    rows = fields.List(fields.Nested(Who))
    subject = fields.String()


_TYPES = ("case.submitted", "case.accepted", "case.decided")
DECLARATION = Declaration({(type, 1): Noted for type in _TYPES}, lambda type, data: data.get("subject"))

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)

BARE = ServiceSpec("cases", "none")


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return BARE


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture(params=["postgres-clear", "postgres-sealed", "memory-clear", "memory-sealed"])
def place(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def kind(place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the driver keeps its libpq to itself (`by_text`), rows are written as text. In a green process
    it refuses COPY, and a feed is read as text."""
    if "by_text" in place:
        monkeypatch.setattr(prepared, "libpq", lambda: None)
    if "green" in place:
        set_wait_callback(wait_select)
    yield place.partition("-")[0]
    set_wait_callback(None)


@pytest.fixture
def vault(kind: str, place: str) -> Vault | None:
    """Every promise holds with a vault as without one. What of an event is personal, `DECLARATION` says."""
    if "sealed" not in place:
        return None
    return new_vault(DECLARATION, keys=MemoryKeys() if kind == "memory" else None)


@pytest.fixture
def db(kind: str, vault: Vault | None, request: pytest.FixtureRequest) -> Iterator[Database | None]:
    if kind == "memory":
        yield None
        return
    database = Database(request.getfixturevalue("database_dsn"), vault=vault)
    migrate(database, BARE)
    yield database
    database.close()


@pytest.fixture
def store(db: Database | None, vault: Vault | None, clock: SimulatedClock) -> Any:
    if db is None:
        return MemoryEventStore("cases", clock, vault=vault)
    return PostgresEventStore(db, "cases", clock)


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
