"""A broker of three nodes that loses the one where the queues are led."""

from __future__ import annotations

from random import Random
from time import monotonic

from shared.messaging.topology import queue_name
from shared.testing.proxy import to_first_alive, to_port
from shared.testing.rabbitmq_cluster import private_rabbitmq_cluster
from tests.faults.world.world import World

QUEUE = queue_name("watcher", "seen", "till")


def cluster_loses_leader(world: World, random: Random) -> float:
    """Everybody moves to a cluster that knows nothing of them; it loses a node."""
    with private_rabbitmq_cluster() as cluster:
        world.use_broker(to_first_alive([node.port for node in cluster.nodes]))
        try:
            world.news()
            leader = cluster.leader_of(QUEUE)
            world.load.more()
            began = monotonic()
            leader.kill()
            world.news()
            took = monotonic() - began
            world.load.more()
        finally:
            world.use_broker(to_port(world.rabbit.port))
        world.news()
    return took
