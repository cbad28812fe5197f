"""Three RabbitMQ nodes on this machine that make one cluster, to lose one of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

from shared.testing.rabbitmq import RabbitNode, end, free_port, start_epmd

SIZE = 3
_JOIN_SECONDS = 60


class RabbitCluster:
    def __init__(self, folder: Path) -> None:
        self.nodes = [RabbitNode(folder / f"node{number}") for number in range(1, SIZE + 1)]
        self._folder = folder
        self._epmd_port = free_port()

    def start(self) -> None:
        """Blocks until every node takes connections and each is one of the cluster's.

        The first boots alone: nodes that look for each other at once may all give up on a busy machine, and
        be three brokers. What is declared on one of those lives on no other.
        """
        first, cookie = self.nodes[0], uuid4().hex.upper()
        self._epmd = start_epmd(self._epmd_port, self._folder / "epmd.log")
        for node in self.nodes:
            node.join([] if node is first else [first.name], cookie, self._epmd_port)
        first.start()
        self.mend()

    def mend(self) -> None:
        """Start again what is down; what a node missed it gets from the others."""
        down = [node for node in self.nodes if not node.running]
        with ThreadPoolExecutor(SIZE) as pool:
            list(pool.map(lambda node: node.start(), down))
        self.nodes[0].control("await_online_nodes", str(SIZE), "--timeout", str(_JOIN_SECONDS))

    def leader_of(self, queue: str) -> RabbitNode:
        """The node that leads a quorum queue. Asks any node that is up; takes a second."""
        asked = next(node for node in self.nodes if node.running)
        told = asked.control("-q", "list_queues", "name", "leader")
        leaders = dict(line.split("\t") for line in told.splitlines()[1:])
        return next(node for node in self.nodes if node.name == leaders[queue])

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()
        end(self._epmd)


@contextmanager
def private_rabbitmq_cluster() -> Iterator[RabbitCluster]:
    """Three running nodes in a temporary folder, gone afterwards."""
    folder = Path(mkdtemp(prefix="yiwang-mqs-"))
    cluster = RabbitCluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
