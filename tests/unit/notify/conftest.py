from __future__ import annotations

from collections.abc import Iterator

import pytest
from notify_kit import Notify, QueueStandIn, make_notify

from services.notify import SERVICE
from shared.service.spec import ServiceSpec


@pytest.fixture
def migrated_for() -> ServiceSpec:
    return SERVICE


@pytest.fixture
def broker() -> QueueStandIn:
    return QueueStandIn()


@pytest.fixture
def notify(database_dsn: str, stored_events_fit: None, broker: QueueStandIn) -> Iterator[Notify]:
    made = make_notify(database_dsn, parts={"queue_publisher": broker})
    yield made
    made.app.db.close()
