"""Three tiny services that exercise the runtime: a front door, a teller, and a keeper of pebbles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.eventstore.event import Event
from shared.eventstore.upcasting import register
from shared.readmodel.model import ReadModel, Source, Subscription
from shared.service.spec import ServiceSpec


class PebbleCount(ReadModel):
    name = "pebble_count"
    service = "keeper"
    sources = (Source("keeper", "pebble"),)
    ddl = "CREATE TABLE pebbles (colour text PRIMARY KEY, number integer NOT NULL)"

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            db.execute(
                "INSERT INTO pebbles VALUES (%s, 1)"
                " ON CONFLICT (colour) DO UPDATE SET number = pebbles.number + 1",
                (event.data["colour"],),
            )


class Tell(Subscription):
    name = "tell"
    sources = (Source("keeper", "pebble"),)
    from_start = True

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            db.execute(
                "INSERT INTO told (event_id, colour) VALUES (%s, %s)",
                (str(event.id), event.data["colour"]),
            )


def sized(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 of `pebble.laid` did not say how large the pebble is."""
    return data | {"size": "unknown"}


register("pebble.laid", {1: sized})


def publish(event: Event) -> dict[str, Any] | None:
    return {"colour": event.data["colour"], "size": event.data["size"]}


KEEPER = ServiceSpec(
    name="keeper",
    service_class="shared.testing.toy.services:Keeper",
    categories=("pebble",),
    publish=publish,
    read_models=(PebbleCount(),),
)
TELLER = ServiceSpec(
    name="teller",
    service_class="shared.testing.toy.services:Teller",
    migrations="shared.testing.toy.migrations",
    subscriptions=(Tell(),),
)
FRONT = ServiceSpec(name="front", service_class="shared.testing.toy.services:Front")
TOYS = {spec.name: spec for spec in (KEEPER, TELLER, FRONT)}
