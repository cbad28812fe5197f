"""An owner of cases with a feed, and a follower with a database of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.clock import SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.published import feed_page
from shared.problems import Problem
from shared.readmodel.model import Source, Subscription
from shared.service.application import Application
from shared.service.spec import ServiceSpec

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def publish(event: Event) -> dict[str, Any] | None:
    return None if event.type == "case.noted" else {"n": event.data["n"]}


CASES = ServiceSpec("cases", "none", categories=("case", "fee"), publish=publish)


class Owner:
    """The owning service: appends, and answers pulls as its `feed` operation does."""

    def __init__(self) -> None:
        self.clock = SimulatedClock(NOON)
        self.store: Any = MemoryEventStore("cases", self.clock)
        self.pulls: list[tuple[str, str]] = []
        self.away = False

    def append(
        self, *numbers: int, type: str = "case.submitted", stream: UUID | None = None, at: int = 0
    ) -> UUID:
        stream = stream or uuid4()
        with self.store.unit_of_work() as unit:
            events = [NewEvent(type, {"n": n, "secret": "张三"}, NOON) for n in numbers]
            unit.append(stream, at, events, Metadata())
        self.store.tick()
        return stream

    def pull(self, category: str, after: str, limit: int) -> dict[str, Any]:
        if self.away:
            raise Problem(503, "service_unavailable", "cases is not running")
        self.pulls.append((category, after))
        return feed_page(self.store, CASES, category, after, limit)

    def messages(self, category: str = "case") -> list[dict[str, Any]]:
        """What the relay has published of a category so far."""
        found: list[dict[str, Any]] = feed_page(self.store, CASES, category, "", 1000)["events"]
        return found


class Log(Subscription):
    name = "log"
    sources = (Source("cases", "case"), Source("cases", "fee"))
    from_start = True

    def __init__(self) -> None:
        self.poison: set[int] = set()

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.data["n"] in self.poison:
                raise ValueError("poison")
            db.execute("INSERT INTO seen (n) VALUES (%s)", (event.data["n"],))


class NewsOnly(Log):
    name = "news"
    from_start = False


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def news() -> NewsOnly:
    return NewsOnly()


@pytest.fixture
def app(database_dsn: str) -> Iterator[Application]:
    db, clock = Database(database_dsn), SimulatedClock(NOON)
    migrate(db, ServiceSpec("notify", "none"))
    with db.transaction() as cursor:
        cursor.execute("CREATE TABLE seen (at bigint GENERATED ALWAYS AS IDENTITY, n integer)")
    yield Application("notify", clock, db, PostgresEventStore(db, "notify", clock), SimpleNamespace())  # type: ignore[arg-type]
    db.close()


@pytest.fixture
def seen(app: Application) -> Callable[[], list[int]]:
    return lambda: [row["n"] for row in app.db.fetch("SELECT n FROM seen ORDER BY at")]


@pytest.fixture
def cases() -> ServiceSpec:
    return CASES
