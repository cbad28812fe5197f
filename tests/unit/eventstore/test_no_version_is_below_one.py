"""Versions begin at one, whatever writes them, also in a store that is older than the way this is checked."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import psycopg2.errors
import pytest

from shared.database.migrate import migrate, migrate_up_to
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.rows import COLUMNS
from shared.service.spec import ServiceSpec

SPEC = ServiceSpec("toy", "", categories=("case",))
OLDER = ["shared.eventstore.migrations/0001_events.sql", "shared.eventstore.migrations/0002_immutable.sql"]
"""What an append needs; the check is still the table's."""

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
BAD = f"""INSERT INTO events ({COLUMNS}) SELECT id, stream, 0, type, schema_version, data, metadata,
occurred_at, recorded_at, hash FROM events LIMIT 1"""  # noqa: S608


@pytest.fixture
def migrated_for():
    """Nobody: the database begins empty."""


def append(store, stream, at, count):
    new = [NewEvent("case.rated", {"n": at + n}, AT) for n in range(count)]
    with store.unit_of_work() as unit:
        unit.append(stream, at, new, Metadata())


def refuses(db):
    with pytest.raises(psycopg2.errors.CheckViolation, match="events_version_check"), db.at_once() as cursor:
        cursor.execute(BAD)


def test_events_of_before_stay_as_they_are_and_no_version_is_below_one(database_dsn):
    with closing(Database(database_dsn, size=2)) as db:
        migrate_up_to(db, SPEC, OLDER)
        store, stream = PostgresEventStore(db, "toy"), uuid4()
        append(store, stream, 0, 1)
        append(store, stream, 1, 3)
        before = db.fetch("SELECT position, txid::text, events::text FROM events ORDER BY position")
        refuses(db)
        migrate(db, SPEC)
        assert db.fetch("SELECT position, txid::text, events::text FROM events ORDER BY position") == before
        append(store, stream, 4, 1)
        append(store, stream, 5, 2)
        assert [event.version for event in store.read_stream(stream)] == [1, 2, 3, 4, 5, 6, 7]
        refuses(db)
