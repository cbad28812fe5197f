"""Faults of what the platform stands on: broker, network, disk, other people's transactions."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from random import Random
from time import monotonic
from uuid import uuid4

import psycopg2

from shared.eventstore.errors import StoreUnavailable
from shared.testing.waiting import await_that
from tests.faults.world.world import World

DELAY = 0.05
PIECE = 1 << 20
BULK = 200


def rabbitmq_killed(world: World, random: Random) -> float:
    began = monotonic()
    world.rabbit.kill()
    world.load.more(10)
    world.rabbit.start()
    world.news()
    return monotonic() - began


def rabbitmq_forgets(world: World, random: Random) -> float:
    began = monotonic()
    world.rabbit.kill()
    world.rabbit.forget()
    world.rabbit.start()
    world.news()
    return monotonic() - began


def connections_cut(world: World, random: Random) -> float:
    began = monotonic()
    everything = [*world.to_broker.values(), *world.to_database.values()]
    for proxy in random.sample(everything, len(everything) // 2):
        proxy.cut()
    world.load.more(10)
    world.heal()
    world.news()
    return monotonic() - began


def connections_delayed(world: World, random: Random) -> float:
    for proxy in (*world.to_broker.values(), *world.to_database.values()):
        proxy.delay = DELAY
    took = world.news()
    world.load.more()
    world.heal()
    return took


def foreign_transaction(world: World, random: Random) -> float:
    """One in the till's own database that has written, one in another database of the cluster."""
    with (
        closing(psycopg2.connect(world.postgres.dsn("till"))) as near,
        closing(psycopg2.connect(world.postgres.dsn("postgres"))) as far,
        near.cursor() as here,
        far.cursor() as there,
    ):
        here.execute("CREATE TEMP TABLE stranger (n int); INSERT INTO stranger VALUES (1)")
        there.execute("SELECT pg_current_xact_id()")
        world.load.more()
        took = world.news()
        world.load.more()
        world.check_seen_so_far()
    return took


def disk_full(world: World, random: Random) -> float:
    """Everything that is left on the data folder's disk is taken; appends are refused, then go on."""
    ballast = world.postgres.folder.parent / "ballast"
    _fill(ballast)
    try:
        await_that(lambda: _refused(world), "an append to be refused")
    finally:
        began = monotonic()
        ballast.unlink()
    if not world.postgres.running:
        world.postgres.start()
    world.writer.settle()
    world.news()
    return monotonic() - began


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * PIECE)
        except OSError:
            return  # not a byte is left


def _refused(world: World) -> bool:
    try:
        world.writer.append(uuid4(), BULK, insist=False)
    except StoreUnavailable:
        return True
    return False
