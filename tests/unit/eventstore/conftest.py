"""A real store for promises that only a real database can break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg2.extensions import set_wait_callback
from psycopg2.extras import wait_select

from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.service.spec import ServiceSpec

BARE = ServiceSpec("cases", "none")


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return BARE


@pytest.fixture
def db(database_dsn: str) -> Iterator[Database]:
    database = Database(database_dsn, size=16)
    migrate(database, BARE)
    yield database
    database.close()


@pytest.fixture
def store(db: Database) -> PostgresEventStore:
    return PostgresEventStore(db, "cases")


@pytest.fixture(params=["binary", "text"])
def form(request: pytest.FixtureRequest) -> Iterator[str]:
    """In which a feed is read: psycopg2 refuses COPY where it has a wait callback, as in a green process."""
    if request.param == "text":
        set_wait_callback(wait_select)
    yield request.param
    set_wait_callback(None)
