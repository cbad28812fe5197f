"""What is no failure of a part, and yet not as it should be: clocks, messages, handlers, absences."""

from __future__ import annotations

import json
from random import Random
from time import monotonic
from typing import Any
from uuid import uuid4

from shared.messaging.cloudevents import routing_key
from shared.messaging.connection import connect
from shared.messaging.published import feed_page
from shared.messaging.topology import EVENTS, queue_name
from shared.readmodel.parking import list_parked, retry_parked
from shared.testing.waiting import await_that
from tests.faults.world import TILL, WATCHER
from tests.faults.world.world import World

HOUR = 3600
RUBBISH = (b"not json", b"\xff\xfe", b'{"type": "coin.laid"}', b"[]")
THOUSAND = 1000
LONG = 2000
BULK = 100
QUEUE = queue_name("watcher", "seen", "till")


def clock_back(world: World, random: Random) -> float:
    """Of every process that ticks, reads or relays; writers go on with the right time."""
    world.clock_file.write_text(str(-HOUR))
    world.load.more()
    took = world.news()
    world.clock_file.write_text("0")
    world.load.more()
    return took


def shuffled_duplicates(world: World, random: Random) -> float:
    """What the till has published so far, or the newest of it, three times in any order between the new."""
    page = feed_page(world.applications["till"].store, TILL, "coin", "", BULK)
    messages = page["events"] * 3
    random.shuffle(messages)
    _send(world, [(json.dumps(message).encode(), routing_key(message)) for message in messages])
    return world.news()


def undecodable(world: World, random: Random) -> float:
    before = _size(world, f"{QUEUE}.dead")
    _send(world, [(body, "coin.laid") for body in RUBBISH])
    took = world.news()
    await_that(lambda: _size(world, f"{QUEUE}.dead") == before + len(RUBBISH), "the dead-letter queue")
    return took


def one_in_a_thousand(world: World, random: Random) -> float:
    """Its later events wait behind it; when the fault is mended they are applied in order."""
    watcher, bad = world.applications["watcher"], uuid4()
    began = monotonic()
    world.writer.append(bad, bent=True)
    for _ in range(THOUSAND // BULK):
        world.writer.append(uuid4(), BULK)
    later = world.writer.append(bad)
    world.news()
    parked = await_that(lambda: list_parked(watcher.db), "the bad case to be parked")
    took = monotonic() - began
    assert [(row["subscriber"], str(row["stream"])) for row in parked] == [("seen", str(bad))]
    sql = "INSERT INTO mended VALUES ('coins') ON CONFLICT DO NOTHING RETURNING what"
    with watcher.db.transaction() as db:
        db.execute(sql)
    await_that(lambda: _mended(world, bad), "the parked case to be retried")
    world.seen(later)
    with watcher.db.transaction() as db:
        db.execute("DELETE FROM mended")
    return took


def off_for_long(world: World, random: Random) -> float:
    world.processes.stop("watcher")
    for _ in range(LONG // BULK):
        world.writer.append(uuid4(), BULK)
    newest = world.writer.append(uuid4())
    world.load.more()
    began = monotonic()
    world.processes.again("watcher")
    world.seen(newest)
    return monotonic() - began


def _mended(world: World, stream: Any) -> bool:
    """Whether its events were applied, and none came behind them meanwhile."""
    watcher = world.applications["watcher"]
    if list_parked(watcher.db):
        retry_parked(watcher, WATCHER, "seen", stream)
    return not list_parked(watcher.db)


def _send(world: World, messages: list[tuple[bytes, str]]) -> None:
    with connect(world.rabbit.url, confirm=True) as connection:
        producer = connection.Producer()
        for body, key in messages:
            producer.publish(
                body, exchange=EVENTS.name, routing_key=key, content_type="application/cloudevents+json",
                content_encoding="binary", delivery_mode=2, retry=False,
            )  # fmt: skip


def _size(world: World, queue: str) -> int:
    with connect(world.rabbit.url) as connection:
        _, messages, _ = connection.channel().queue_declare(queue, passive=True)
    return int(messages)
