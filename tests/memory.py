"""Where a run of the tests keeps its files: in memory, in one folder that goes when the run goes.

Hundreds of databases come and go; on a disk most of the run is spent waiting for it. Nothing in a test
outlives the machine: what tests kill are processes, and those leave this memory as it is. But memory that a
killed run leaves behind is missing in the next one, so the next one clears it away.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from shutil import disk_usage, rmtree
from subprocess import run
from typing import IO

MEMORY, ENOUGH = Path("/dev/shm"), 4 << 30  # noqa: S108 - meant
PREFIX, OWNER = "yiwang-tests-", "owner"


class Place:
    """A run's folder. Whoever can lock its file `owner` knows that the run has ended."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=memory))
        self._owner = (self.folder / OWNER).open("w")
        flock(self._owner, LOCK_EX)

    def give_up(self) -> None:
        """Delete it with everything in it."""
        with _alone(self._memory):
            remove(self.folder)
        self._owner.close()


def take_place(memory: Path = MEMORY) -> Place | None:
    """A folder for this run, which temporary files of it and its children go to from now on.

    None where somebody has said where (`TMPDIR`), as a run says to its own worker processes, and where
    memory is not to be had: then the system's folder serves.
    """
    if "TMPDIR" in os.environ or not memory.is_dir():
        return None
    with _alone(memory):
        for folder in memory.glob(f"{PREFIX}*"):
            remove_if_left(folder)
        if disk_usage(memory).free < ENOUGH:
            return None
        place = Place(memory)
    os.environ["TMPDIR"] = tempfile.tempdir = str(place.folder)
    return place


def remove_if_left(folder: Path) -> bool:
    """Delete the folder of a run that has ended; False if it is still going on."""
    with (folder / OWNER).open("a") as owner:
        if not _locked(owner):
            return False
        remove(folder)
        return True


def remove(folder: Path) -> None:
    """Delete it, and end the file systems that a test has mounted below it."""
    for line in reversed(Path("/proc/mounts").read_text().splitlines()):
        if line.split()[1].startswith(f"{folder}/"):
            run(["umount", line.split()[1]], check=True)
    rmtree(folder)


@contextmanager
def _alone(memory: Path) -> Iterator[None]:
    """One run at a time looks for what is left and makes its own: a folder without lock is never seen."""
    with (memory / ".yiwang-tests.lock").open("w") as file:
        flock(file, LOCK_EX)
        yield


def _locked(file: IO[str]) -> bool:
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        return False
    return True
