"""The ways in which the world is hurt. Each is done under load, and answers the seconds that something took.

`FAULTS` lists them with what is checked beside the model, which is checked after every one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from time import monotonic

from shared.testing.waiting import await_that
from tests.faults import awkward, cluster, ways
from tests.faults.world.world import RELAYS, World

TAKEOVER_SECONDS = 5.0
"""In which another relay has to lead (architecture 4)."""

Hurt = Callable[[World, Random], float]


@dataclass(frozen=True)
class Fault:
    name: str
    hurt: Hurt
    measured: str
    """What the seconds are."""

    long: bool = False
    """Takes so long that only the long run plays it."""

    within: float | None = None
    """Seconds it may take. Held to by the long run alone: `make test` shares the machine with other tests."""

    def in_time(self, took: float) -> float:
        """`took`, or `AssertionError`."""
        assert self.within is None or took < self.within, f"{self.measured} took {took:.1f} s"
        return took


def relay_killed(world: World, random: Random) -> float:
    leader = _leader(world)
    began = monotonic()
    world.processes.kill(leader)
    took = _taken_over(world, leader, began)
    world.processes.again(leader)
    return took


def relay_frozen(world: World, random: Random) -> float:
    """Then it wakes up and still believes that it leads: two relays at once."""
    leader = _leader(world)
    with world.frozen(leader):
        began = monotonic()
        took = _taken_over(world, leader, began)
        world.load.more()
        world.news()
    return took


def relay_cut_from_database(world: World, random: Random) -> float:
    """Half-open: neither side is told, and the kernel between answers every keepalive."""
    leader = _leader(world)
    began = monotonic()
    world.to_database[leader].silence()
    took = _taken_over(world, leader, began)
    world.news()
    return took


def relay_cut_from_broker(world: World, random: Random) -> float:
    leader = _leader(world)
    began = monotonic()
    world.to_broker[leader].silence()
    world.news()
    return monotonic() - began


def watcher_cut_from_broker(world: World, random: Random) -> float:
    began = monotonic()
    world.to_broker["watcher"].silence()
    world.load.more()
    world.to_broker["watcher"].heal()
    world.news()
    return monotonic() - began


def both_relays_publish(world: World, random: Random) -> float:
    """A lead that is taken away in the middle, again and again: the same events from both."""
    began = monotonic()
    for _ in range(3):
        leader = _leader(world)
        world.postgres.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE locktype = 'advisory' AND granted AND classid = 7310012"
        )
        world.load.more(10)
        await_that(world.leader, f"a leader after {leader}")
    world.news()
    return monotonic() - began


def service_killed(name: str) -> Hurt:
    def hurt(world: World, random: Random) -> float:
        began = monotonic()
        world.processes.kill(name)
        world.load.more(10)
        world.processes.again(name)
        world.news()
        return monotonic() - began

    return hurt


def postgres_killed(world: World, random: Random) -> float:
    began = monotonic()
    world.postgres.kill()
    world.postgres.start()
    world.news()
    return monotonic() - began


def _leader(world: World) -> str:
    found = await_that(lambda: (name := world.leader()) in RELAYS and name, "a leading relay")
    return str(found)


def _taken_over(world: World, leader: str, began: float) -> float:
    await_that(lambda: world.leader() in {*RELAYS} - {leader}, "the other relay to lead")
    return monotonic() - began


FAULTS = (
    Fault("relay killed", relay_killed, "takeover", within=TAKEOVER_SECONDS),
    Fault("relay stopped in the middle, wakes up later", relay_frozen, "takeover", within=TAKEOVER_SECONDS),
    Fault("relay half-open to the database", relay_cut_from_database, "takeover", within=TAKEOVER_SECONDS),
    Fault("relay half-open to the broker", relay_cut_from_broker, "until news is seen"),
    Fault("two relays at once", both_relays_publish, "three rounds of it"),
    Fault("ticker killed", service_killed("ticker"), "until news is seen"),
    Fault("owning service killed", service_killed("till"), "until news is seen"),
    Fault("subscribing service killed", service_killed("watcher"), "until news is seen"),
    Fault("subscriber half-open to the broker", watcher_cut_from_broker, "until news is seen"),
    Fault("PostgreSQL killed", postgres_killed, "until news is seen"),
    Fault("RabbitMQ killed", ways.rabbitmq_killed, "until news is seen"),
    Fault("RabbitMQ restarted without its queues", ways.rabbitmq_forgets, "until news is seen"),
    Fault("connections cut", ways.connections_cut, "until news is seen"),
    Fault("connections delayed by 50 ms a piece", ways.connections_delayed, "until news is seen"),
    Fault("foreign transaction left open", ways.foreign_transaction, "until news is seen"),
    Fault("disk full", ways.disk_full, "until news is seen"),
    Fault("clock jumps back an hour", awkward.clock_back, "until news is seen"),
    Fault("duplicates and old messages, shuffled", awkward.shuffled_duplicates, "until news is seen"),
    Fault("undecodable messages", awkward.undecodable, "until news is seen"),
    Fault("broker cluster loses its leading node", cluster.cluster_loses_leader, "until news is seen"),
    Fault(
        "broker cluster loses its majority", cluster.cluster_loses_majority, "until news is seen", long=True
    ),
    Fault("handler fails for one case in a thousand", awkward.one_in_a_thousand, "until parked"),
    Fault("subscriber off for long", awkward.off_for_long, "until caught up"),
)
