"""Nobody changes an event: not the application's role, and not a superuser by mistake."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import psycopg2
import pytest

from shared.database.migrate import grant_application
from shared.eventstore.event import Metadata, NewEvent
from shared.service.spec import ServiceSpec

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CHANGES = ["UPDATE events SET type = 'x.y'", "DELETE FROM events", "TRUNCATE events"]


@pytest.fixture(autouse=True)
def stored(store):
    with store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [NewEvent("case.noted", {"n": 1}, NOON)], Metadata())


@pytest.mark.parametrize("change", CHANGES)
def test_a_superuser_is_refused_with_a_reason(db, change):
    with pytest.raises(psycopg2.errors.RestrictViolation, match="append only"), db.transaction() as cursor:
        cursor.execute(change)
    assert db.fetch("SELECT type FROM events") == [{"type": "case.noted"}]


@pytest.fixture
def role(db):
    name = f"app_{uuid4().hex[:8]}"
    with db.transaction() as cursor:
        cursor.execute(f"CREATE ROLE {name}")
    grant_application(db, ServiceSpec("cases", "none"), name)
    yield name
    with db.transaction() as cursor:
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")


@pytest.mark.parametrize("change", [*CHANGES, "DELETE FROM ticks", "UPDATE feed_epoch SET epoch = 'x'"])
def test_the_applications_role_has_no_right_to(db, role, change):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), db.transaction() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(change)


def test_the_applications_role_can_do_its_work(db, role):
    with db.transaction() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute("SELECT count(*) FROM events")
        cursor.execute("INSERT INTO ticks (tick, taken) VALUES (77, pg_current_snapshot())")
        cursor.execute("DELETE FROM parked")
        cursor.execute("UPDATE checkpoints SET cursor = cursor")
