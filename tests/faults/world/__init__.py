"""A platform of two services, to be hurt: a till that coins go into, a watcher that writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from psycopg2.extras import execute_values

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source, Subscription
from shared.service.spec import ServiceSpec

COINS = Source("till", "coin")

_COUNT = """
INSERT INTO counted (stream, number, total) VALUES (%s, 1, %s)
ON CONFLICT (stream) DO UPDATE SET number = counted.number + 1, total = counted.total + excluded.total
"""


class Counted(ReadModel):
    """Adds up, so that a repetition shows; the till has one, and the watcher one of its own."""

    name: ClassVar[str] = "counted"
    service: ClassVar[str] = "till"
    sources: ClassVar[tuple[Source, ...]] = (COINS,)
    ddl: ClassVar[str] = (
        "CREATE TABLE counted (stream uuid PRIMARY KEY, number integer NOT NULL, total bigint NOT NULL)"
    )

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            db.execute(_COUNT, (str(event.stream), event.data["worth"]))


class CountedAfar(Counted):
    name: ClassVar[str] = "counted_afar"
    service: ClassVar[str] = "watcher"


class Seen(Subscription):
    """Fails for a coin that is bent, until somebody has mended it."""

    name: ClassVar[str] = "seen"
    sources: ClassVar[tuple[Source, ...]] = (COINS,)
    from_start: ClassVar[bool] = True

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        if any(event.data.get("bent") for event in events):
            db.execute("SELECT count(*) FROM mended")
            if not db.fetchone()[0]:
                raise ValueError("a bent coin")
        rows = [(str(event.id), str(event.stream), event.version) for event in events]
        execute_values(db, "INSERT INTO seen (event_id, stream, version) VALUES %s", rows)


def publish(event: Event) -> dict[str, Any]:
    return dict(event.data)


TILL = ServiceSpec(
    name="till",
    service_class="tests.faults.world.services:Till",
    categories=("coin",),
    publish=publish,
    read_models=(Counted(),),
)
WATCHER = ServiceSpec(
    name="watcher",
    service_class="tests.faults.world.services:Watcher",
    migrations="tests.faults.world.migrations",
    read_models=(CountedAfar(),),
    subscriptions=(Seen(),),
)
SPECS = {spec.name: spec for spec in (TILL, WATCHER)}
