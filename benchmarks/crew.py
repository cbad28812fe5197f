"""Processes that work at once, each with a connection of its own, round by round on a word from here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType

from psycopg2.extensions import parse_dsn

from benchmarks.bench import Bench

WORKERS = Path(__file__).parent / "workers"


class Crew:
    """`size` copies of a script in `workers/`, which speaks as `workers/loop.py` does.

    They stay up, and idle, between rounds. Leaving the context ends them.
    """

    def __init__(self, script: str, *args: str, size: int, python: str = sys.executable) -> None:
        command = [python, str(WORKERS / script), *args]
        self._script = script
        self._size = size
        self._processes = [
            subprocess.Popen(
                [*command, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
            for number in range(size)
        ]

    def __enter__(self) -> Crew:
        for process in self._processes:
            self._answer(process)
        return self

    def round(self, seconds: float) -> float:
        """What all of them together did, per second."""
        self._say(f"{seconds}\n")
        done = [json.loads(self._answer(process)) for process in self._processes]
        return float(sum(each["done"] / each["seconds"] for each in done))

    def _say(self, word: str) -> None:
        for process in self._processes:
            assert process.stdin is not None  # noqa: S101 - asked for above
            process.stdin.write(word)

    def _answer(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None  # noqa: S101 - asked for above
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"a worker of {self._script} ended with {process.wait()}")
        return line

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.communicate()


def eventsourcing_crew(bench: Bench, what: str, *, size: int, page: int = 0, stored: int = 0) -> Crew:
    """Workers of the peer on a database of its own with `stored` events in it."""
    dsn = parse_dsn(bench.empty_database())
    python, where = bench.peers.python, (dsn["host"], dsn["dbname"], str(page))
    create = [python, str(WORKERS / "with_eventsourcing.py"), "create", *where, str(stored)]
    subprocess.run(create, check=True, stdout=subprocess.DEVNULL)
    return Crew("with_eventsourcing.py", what, *where, size=size, python=python)
