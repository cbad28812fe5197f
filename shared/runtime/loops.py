"""Background work of a process: begun, begun again after an error, stopped together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

import structlog

from shared.observability import metrics

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

Run = Callable[[Event], None]
"""Works until the flag is set, then returns soon. Raising ends this round, not the loop."""


@dataclass(frozen=True)
class Loop:
    service: str
    name: str
    run: Run


class Loops:
    """Each loop in a thread of its own, a greenlet where the process is green.

    One policy for every failure: log it, count it, pause (longer each time), begin again. A loop holds no
    state that a new round would not read from the database.
    """

    def __init__(self) -> None:
        self.stopping = Event()
        self._threads: list[Thread] = []

    def start(self, loop: Loop) -> None:
        thread = Thread(target=self._keep, args=(loop,), name=f"{loop.service}-{loop.name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self, timeout: float = 10.0) -> list[str]:
        """Ask all to end and wait; answers the names of those that did not in time."""
        self.stopping.set()
        end = monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, end - monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _keep(self, loop: Loop) -> None:
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            began = monotonic()
            try:
                loop.run(self.stopping)
            except Exception:
                if self.stopping.is_set():
                    return
                metrics.LOOP_FAILURES.labels(loop.service, loop.name).inc()
                log.exception("loop_failed", service=loop.service, loop=loop.name, pause_seconds=pause)
            if monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
