"""A broker cluster that starts while the world is hurt in other ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from shared.testing.rabbitmq_cluster import RabbitCluster

BesideCluster = Callable[[], RabbitCluster]
"""Blocks until the cluster is up; raises why it did not come up."""


@contextmanager
def cluster_beside(folder: Path) -> Iterator[BesideCluster]:
    """Three boots take half a minute; nobody waits for them who has something else to do."""
    folder.mkdir()
    cluster = RabbitCluster(folder)
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(cluster.start)

        def started() -> RabbitCluster:
            starting.result()
            return cluster

        try:
            yield started
        finally:
            starting.exception()  # nothing may be started any more when it is stopped
            cluster.stop()
