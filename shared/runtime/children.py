"""Child processes of a local stack: started, started again when they die, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic, sleep

import structlog

from shared.runtime.parent import as_parent

log = structlog.get_logger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STOP_SECONDS = 30.0


@dataclass
class _Child:
    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause: float = FIRST_PAUSE
    not_before: float = 0.0
    restarts: int = field(default=0)


class Children:
    """`watch` regularly; it does not block."""

    def __init__(self) -> None:
        self._children: list[_Child] = []

    def start(self, name: str, *arguments: str, environment: Mapping[str, str]) -> None:
        """A `yiwang` command as a process of its own, in a session of its own: Ctrl-C reaches only us."""
        child = _Child(name, arguments, environment)
        self._children.append(child)
        _spawn(child)

    def watch(self) -> None:
        """Start again what has died, after a pause that grows while it keeps dying."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                self._mourn(child)
            if child.process is None and monotonic() >= child.not_before:
                child.restarts += 1
                _spawn(child)

    def alive(self) -> dict[str, int]:
        """Process ids by name."""
        running = {child.name: child.process for child in self._children}
        return {name: process.pid for name, process in running.items() if process and process.poll() is None}

    def stop(self) -> None:
        """SIGTERM to all, then patience, then SIGKILL; later ones first, so that the front closes first."""
        for child in reversed(self._children):
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        end = monotonic() + STOP_SECONDS
        for child in self._children:
            if child.process is None:
                continue
            while child.process.poll() is None and monotonic() < end:
                sleep(0.05)
            if child.process.poll() is None:
                log.error("child_killed", child=child.name, pid=child.process.pid)
                child.process.kill()
                child.process.wait()

    def _mourn(self, child: _Child) -> None:
        assert child.process is not None  # noqa: S101 - told to the type checker
        if monotonic() - child.began > LONGEST_PAUSE:
            child.pause = FIRST_PAUSE
        log.error("child_died", child=child.name, code=child.process.returncode, again_in=child.pause)
        child.process = None
        child.not_before = monotonic() + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)


def _spawn(child: _Child) -> None:
    child.began = monotonic()
    child.process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "shared.cli", *child.arguments],
        env=os.environ | dict(child.environment) | as_parent(),
        start_new_session=True,
    )
