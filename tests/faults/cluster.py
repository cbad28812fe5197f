"""A broker of three nodes that loses the one where the queues are led."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from time import monotonic

from shared.messaging.topology import queue_name
from shared.testing.proxy import to_first_alive, to_port
from shared.testing.rabbitmq_cluster import RabbitCluster
from tests.faults.world.world import World

QUEUE = queue_name("watcher", "seen", "till")
MAJORITY = 2


def cluster_loses_leader(world: World, random: Random) -> float:
    """Everybody moves to a cluster that knows nothing of them, or only of long ago; it loses a node."""
    with _on_cluster(world) as cluster:
        leader = cluster.leader_of(QUEUE)
        world.load.more()
        began = monotonic()
        leader.kill()
        world.news()
        took = monotonic() - began
        world.load.more()
    return took


def cluster_loses_majority(world: World, random: Random) -> float:
    """Its queues of events can neither take nor give any more, and say nothing of it. It may have lost one of
    three before."""
    with _on_cluster(world, whole=False) as cluster:
        began = monotonic()
        while len(running := [node for node in cluster.nodes if node.running]) > 1:
            random.choice(running).kill()
        world.news()
        took = monotonic() - began
        world.news()
    return took


@contextmanager
def _on_cluster(world: World, *, whole: bool = True) -> Iterator[RabbitCluster]:
    cluster = world.cluster()
    if whole or sum(node.running for node in cluster.nodes) < MAJORITY:
        cluster.mend()
    world.use_broker(to_first_alive([node.port for node in cluster.nodes]))
    try:
        world.news()
        yield cluster
    finally:
        world.use_broker(to_port(world.rabbit.port))
    world.news()
