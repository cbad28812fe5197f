"""Makes a world and takes it down again."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from shared.testing.postgres_node import postgres_node
from shared.testing.rabbitmq import private_rabbitmq
from tests.faults.world.beside import cluster_beside
from tests.faults.world.world import World

DISK = "400m"
"""The data folder's: small, so that it can be filled."""


@contextmanager
def world_of_its_own(seed: int) -> Iterator[World]:
    folder = Path(mkdtemp(prefix="yiwang-world-"))
    folder.chmod(0o755)
    try:
        with (
            small_disk(folder / "disk") as disk,
            postgres_node(folder=disk / "pg") as postgres,
            private_rabbitmq() as rabbit,
            cluster_beside(folder / "cluster") as cluster,
        ):
            world = World(folder, postgres, rabbit, cluster, seed)
            try:
                world.start()
                yield world
            except BaseException:
                world.tell(sys.stderr)
                raise
            finally:
                world.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own in memory; needs the right to mount."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "none", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
