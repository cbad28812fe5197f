"""The world's processes: started, killed, stopped in the middle, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from shared.runtime.parent import as_parent

ROOT = Path(__file__).parents[3]


class Processes:
    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ways: dict[str, tuple[str, Mapping[str, str]]] = {}

    def start(self, name: str, role: str, environment: Mapping[str, str]) -> None:
        self._ways[name] = (role, environment)
        with (self._log / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.world.process", role],
                cwd=ROOT, env=os.environ | dict(environment) | as_parent(), stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip

    def again(self, name: str) -> None:
        self.start(name, *self._ways[name])

    def kill(self, name: str) -> None:
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def freeze(self, name: str) -> None:
        """As a machine that is suspended: sockets open, nothing answered."""
        self._running[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        self._running[name].send_signal(signal.SIGCONT)

    def stop(self, name: str) -> None:
        process = self._running.pop(name)
        process.terminate()
        process.wait(30)

    def stop_all(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def dead(self) -> list[str]:
        return [name for name, process in self._running.items() if process.poll() is not None]
