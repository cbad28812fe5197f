"""A platform to measure, in either shape, in a folder that goes away with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from shared.cli.throwaway import OperatorClient, throw_away_platform
from shared.runtime.folder import DataFolder
from shared.runtime.parent import as_parent
from shared.simulation.city import City

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
_READY_SECONDS = 180.0


@dataclass(frozen=True)
class Shape:
    """`pid` is the process that began all others but PostgreSQL."""

    url: str
    pid: int
    data: Path

    def city(self) -> City:
        folder = DataFolder(self.data)
        accounts = json.loads(folder.demo_accounts.read_text("utf-8"))
        return City(self.url, accounts, OperatorClient(self.url, folder.operator_token))


@contextmanager
def embedded() -> Iterator[Shape]:
    """`yiwang up --demo`, on a simulated clock."""
    with throw_away_platform(START) as platform:
        yield Shape(platform.url, platform.pid, platform.data)


@contextmanager
def stack() -> Iterator[Shape]:
    """`yiwang stack`, with a RabbitMQ and a PostgreSQL of its own. Its clock is the machine's."""
    with TemporaryDirectory(prefix="yiwang-", ignore_cleanup_errors=True) as temporary:
        data = Path(temporary) / "data"
        ours = {name: value for name, value in os.environ.items() if not name.startswith("YIWANG_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "shared.cli", "stack", "--data", str(data), "--port", "0"],
            env=ours | as_parent(), stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            yield Shape(_url(DataFolder(data), process), process.pid, data)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(60)


def _url(folder: DataFolder, process: subprocess.Popen[bytes]) -> str:
    until = monotonic() + _READY_SECONDS
    while not (found := folder.running()):
        if process.poll() is not None or monotonic() > until:
            raise RuntimeError("the stack did not start")
        sleep(0.1)
    return str(found["url"])
