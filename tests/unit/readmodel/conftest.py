"""A small service with one read model, on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from summed_streams import Sums

from shared.clock import SimulatedClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel import pace
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.parking import Skip, skip_parked
from shared.service.application import Application
from shared.service.spec import ServiceSpec

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class Totals(ReadModel):
    """How many events of each stream, and the last one's number. Fails on what it is told to fail on."""

    name = "totals"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = "CREATE TABLE total (stream uuid PRIMARY KEY, events integer NOT NULL, last integer, note json)"

    def __init__(self) -> None:
        self.poison: set[int] = set()
        self.raises: Callable[[], Exception] = lambda: ValueError("张三 may not appear in a log")

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.data.get("n") in self.poison:
                raise self.raises()
            db.execute(
                "INSERT INTO total VALUES (%s, 1, %s) ON CONFLICT (stream)"
                " DO UPDATE SET events = total.events + 1, last = excluded.last",
                (str(event.stream), event.data.get("n")),
            )


@pytest.fixture(autouse=True)
def whole_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step here applies all there is, up to the batch asked for; how followers find their pace is
    tested by itself."""
    monkeypatch.setattr(pace, "FIRST", 500)


@pytest.fixture
def sums() -> Sums:
    return Sums()


@pytest.fixture
def totals() -> Totals:
    return Totals()


@pytest.fixture
def spec(totals: Totals) -> ServiceSpec:
    return ServiceSpec(
        "cases", "none", categories=("case",), publish=lambda event: event.data, read_models=(totals,)
    )


@pytest.fixture
def folded(app: Application, sums: Sums) -> Sums:
    """The folded read model, served beside the other one."""
    migrate(app.db, ServiceSpec("cases", "none", categories=("case",), read_models=(sums,)))
    return sums


@pytest.fixture
def app(database_dsn: str, spec: ServiceSpec) -> Iterator[Application]:
    db, clock = Database(database_dsn), SimulatedClock(NOON)
    migrate(db, spec)
    yield Application("cases", clock, db, PostgresEventStore(db, "cases", clock), SimpleNamespace())  # type: ignore[arg-type]
    db.close()


@pytest.fixture
def append(app: Application) -> Callable[..., UUID]:
    """Append events that carry the numbers given, and tick."""

    def do(*numbers: int, stream: UUID | None = None, at: int = 0, tick: bool = True) -> UUID:
        stream = stream or uuid4()
        with app.store.unit_of_work() as unit:
            events = [NewEvent("case.noted", {"n": n}, NOON) for n in numbers]
            unit.append(stream, at, events, Metadata())
        if tick:
            app.store.tick()
        return stream

    return do


@pytest.fixture
def skip(app: Application, spec: ServiceSpec) -> Callable[..., dict[str, int]]:
    """An operator goes on without the first waiting event of a stream."""

    def do(stream: UUID, *, reason: str = "agreed", version: int | None = None) -> dict[str, int]:
        with app.db.transaction() as db:
            return skip_parked(app, spec, db, "totals", stream, Skip("operator-1", reason, version))

    return do


@pytest.fixture
def rows(app: Application) -> Callable[..., dict[UUID, tuple[int, int]]]:
    def read(schema: str = "rm_totals") -> dict[UUID, tuple[int, int]]:
        found = app.db.fetch(f"SELECT stream::text, events, last FROM {schema}.total")  # noqa: S608
        return {UUID(row["stream"]): (row["events"], row["last"]) for row in found}

    return read
