from __future__ import annotations

from collections.abc import Iterator

import pytest
from cases_world import World

from services.cases import SERVICE
from shared.service.spec import ServiceSpec


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return SERVICE


@pytest.fixture
def world(database_dsn: str, stored_events_fit: None) -> Iterator[World]:
    made = World(database_dsn)
    yield made
    made.close()
