"""A sealed store to tamper with: filled once, copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sealed_store import Sealed, fill

from shared.database.migrate import migrate
from shared.seals.rows import OF_STREAM, PREDECESSOR, Row
from shared.service.spec import ServiceSpec
from shared.testing.postgres import new_database, private_database


@pytest.fixture(scope="session")
def filled(postgres_server: str) -> Sealed:
    store = Sealed(new_database(postgres_server))
    migrate(store.db, ServiceSpec("cases", "none"))
    fill(store)
    store.db.close()
    return store


@pytest.fixture
def sealed(postgres_server: str, filled: Sealed) -> Iterator[Sealed]:
    """A, B, C have versions 1-3 in seal 1, 4-6 in seal 2, 7 (B also 8) in none; D 1-2 and 3-4."""
    with private_database(postgres_server, template=filled.dsn) as dsn:
        store = Sealed(dsn, filled.clock.now(), filled.sealing)
        yield store
        store.db.close()


@pytest.fixture
def empty(database_dsn: str) -> Iterator[Sealed]:
    store = Sealed(database_dsn)
    migrate(store.db, ServiceSpec("cases", "none"))
    yield store
    store.db.close()


@pytest.fixture
def rechain(sealed: Sealed) -> Callable[[UUID], None]:
    """Give every event of a stream the hash its content asks for, as who knows the form of it can."""

    def again(stream: UUID) -> None:
        version = 1
        while True:
            with sealed.db.transaction() as cursor:
                cursor.execute(
                    f"SELECT {OF_STREAM} FROM events n {PREDECESSOR}"  # noqa: S608
                    " WHERE n.stream = %s AND n.version = %s",
                    (str(stream), version),
                )
                found = cursor.fetchone()
            if found is None:
                return
            row = Row.of(found)
            sealed.tamper(
                "UPDATE events SET hash = %(hash)s WHERE id = %(id)s", hash=row.expected(), id=str(row.id)
            )
            version += 1

    return again
