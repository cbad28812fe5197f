"""A store of sealed toy events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sealed_kit import DECLARATION

from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.service.spec import ServiceSpec
from shared.testing.vault import new_vault

BARE = ServiceSpec("cases", "none")


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return BARE


@pytest.fixture
def db(database_dsn: str) -> Iterator[Database]:
    database = Database(database_dsn, vault=new_vault(DECLARATION))
    migrate(database, BARE)
    yield database
    database.close()


@pytest.fixture
def beside(db: Database) -> Iterator[Callable[..., PostgresEventStore]]:
    """A store as another process has it: on the same database, with a vault (or none) of its own."""
    opened = []

    def another(**given: Any) -> PostgresEventStore:
        vault = given["vault"] if "vault" in given else new_vault(DECLARATION)
        opened.append(Database(db.dsn, vault=vault))
        return PostgresEventStore(opened[-1], "cases")

    yield another
    for database in opened:
        database.close()


@pytest.fixture
def store(db: Database) -> PostgresEventStore:
    return PostgresEventStore(db, "cases")
