"""From the store to RabbitMQ through the relay, against a bare publisher that only publishes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from time import monotonic
from typing import Any, cast

from benchmarks.bench import Bench
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, compared
from benchmarks.workers.payload import TYPE, payload
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.connection import connect
from shared.messaging.published import publish
from shared.messaging.publisher import KombuPublisher
from shared.messaging.relay import Relay
from shared.messaging.topology import DEAD, EVENTS, subscription_queue
from shared.service.application import Application
from shared.service.spec import ServiceSpec
from shared.testing.rabbitmq import private_rabbitmq

STREAM_LENGTH = 100
WINDOW = 1000
OURS = "Yiwang's relay: feed, CloudEvent, confirm, place saved"
BARE = "py-amqp, one ready message again and again, 1 000 confirms in flight"
SPEC = ServiceSpec("bench", "", categories=("case",), publish=lambda event: event.data)


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    number = 2_000 if bench.quick else 20_000
    with private_rabbitmq() as node, closing(Database(bench.database(), size=4)) as database:
        store = PostgresEventStore(database, "bench")
        app = Application("bench", SystemClock(), database, store, cast(Any, None))
        _fill(store, number)
        _declare(node.url)
        body = _body(store)
        rounds = bench.take_turns(
            {
                OURS: lambda: _relayed(app, node.url, number),
                BARE: lambda: _published(node.url, body, number),
            }
        )
    said = (
        f"{number} events of {len(body)} bytes as messages, one quorum queue on a node of the same machine,"
        f" persistent and mandatory, {bench.rounds} alternating rounds"
    )
    yield compared(
        "relay through RabbitMQ with confirms, against a bare publisher", "events/s",
        rounds[OURS], rounds[BARE], conditions=said, at_least=0.5,
    )  # fmt: skip
    yield Bars("relay", "Publishing through RabbitMQ with confirms", "events/s", rounds, OURS)


def _fill(store: PostgresEventStore, number: int) -> None:
    at = datetime(2026, 3, 2, 1, tzinfo=UTC)
    for stream in range(number // STREAM_LENGTH):
        numbers = range(stream * STREAM_LENGTH, (stream + 1) * STREAM_LENGTH)
        events = [NewEvent(TYPE, payload(number), at) for number in numbers]
        with store.unit_of_work() as unit:
            unit.append(events[0].id, 0, events, Metadata("bench"))
        store.tick()


def _declare(url: str) -> None:
    with connect(url) as connection:
        channel = connection.channel()
        for entity in (EVENTS, DEAD, _queue()):
            entity(channel).declare()


def _queue() -> Any:
    return subscription_queue("nobody", "reads", "bench", ["case"])


def _purge(url: str) -> None:
    with connect(url) as connection:
        _queue()(connection.channel()).purge()


def _body(store: PostgresEventStore) -> bytes:
    return json.dumps(publish(SPEC, store.read_feed(limit=1).events[0], ""), ensure_ascii=False).encode()


def _relayed(app: Application, url: str, number: int) -> float:
    """All of them from the beginning, as a relay does that takes the lead for the first time."""
    with app.db.transaction() as cursor:
        cursor.execute("DELETE FROM checkpoints")
    relay, done, began = Relay(app, SPEC, KombuPublisher(lambda: connect(url))), 0, monotonic()
    while done < number:
        done += relay.step()
    took = monotonic() - began
    relay.close()
    _purge(url)
    return number / took


def _published(url: str, body: bytes, number: int) -> float:
    with connect(url) as connection:
        channel, unconfirmed = connection.channel(), set[int]()
        channel.confirm_select()
        channel.events["basic_ack"].add(lambda tag, multiple: _settle(unconfirmed, tag, multiple))
        message = channel.prepare_message(
            body, content_type="application/cloudevents+json", properties={"delivery_mode": 2}
        )
        began = monotonic()
        for tag in range(1, number + 1):
            unconfirmed.add(tag)
            channel.basic_publish(message, exchange=EVENTS.name, routing_key=TYPE, mandatory=True)
            while len(unconfirmed) >= WINDOW:
                connection.drain_events(timeout=30)
        while unconfirmed:
            connection.drain_events(timeout=30)
        took = monotonic() - began
    _purge(url)
    return number / took


def _settle(unconfirmed: set[int], tag: int, multiple: bool) -> None:
    if multiple:
        unconfirmed.difference_update([each for each in unconfirmed if each <= tag])
    else:
        unconfirmed.discard(tag)
