from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from supervised import Supervised

from services.supervision import SERVICE
from shared.service.spec import ServiceSpec


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return SERVICE


@pytest.fixture
def supervise(database_dsn: str, stored_events_fit: None) -> Iterator[Callable[..., Supervised]]:
    """`supervise("2018-10-15 10:00")`: the service, with its clock at that moment."""
    made: list[Supervised] = []

    def make(start: str, **more: Any) -> Supervised:
        made.append(Supervised(database_dsn, start, **more))
        return made[-1]

    yield make
    for each in made:
        each.db.close()
