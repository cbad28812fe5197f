"""Fixtures of the identity tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from identity_kit import PERSON, PLATFORM, People

from services.identity import SERVICE
from shared.service.spec import ServiceSpec
from shared.testing.postgres import new_database


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return SERVICE


@pytest.fixture
def people(database_dsn: str, stored_events_fit: None) -> Iterator[People]:
    made = People(database_dsn)
    yield made
    made.db.close()


@pytest.fixture
def registered(people: People) -> People:
    """With 王小明 registered."""
    people("register_person", body=PERSON)
    return people


@pytest.fixture(scope="package")
def demo_city(postgres_server: str) -> Iterator[tuple[People, list[dict[str, Any]]]]:
    """With the demo accounts, as they were told with their passwords. For tests that only look: hashing
    fifty passwords takes seconds."""
    made = People(new_database(postgres_server))
    yield made, made("ensure_demo_accounts", PLATFORM).value
    made.db.close()
