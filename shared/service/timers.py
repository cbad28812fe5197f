"""Runs a service's timers, each in one replica at a time."""

from __future__ import annotations

from threading import Event as Stop
from time import monotonic

import structlog

from shared.eventstore.errors import StoreUnavailable
from shared.service.application import Application
from shared.service.spec import ServiceSpec, Timer

_LOCKS = 7_310_011
"""First key of the timers' advisory locks; the second is a hash of the timer's name."""

log = structlog.get_logger(__name__)


class TimerLoop:
    """One timer. Replicas exclude each other by a lock held for the run.

    The lock keeps work from being done twice for nothing; should the connection break during a run,
    another replica may start one, so a timer's work still claims its rows or checks versions.
    """

    def __init__(self, app: Application, timer: Timer) -> None:
        self.timer = timer
        self._app = app

    def step(self, stop: Stop | None = None) -> int:
        """Run until nothing is left to do; answers the rows handled. 0 when another replica is at it.

        Raises what the timer raises.
        """
        total = 0
        with self._app.db.advisory_lock(_LOCKS, self.timer.name) as held:
            while held and not (stop and stop.is_set()):
                count = self.timer.run(self._app)
                total += count
                if count <= 0:
                    break
        return total

    def run(self, stop: Stop) -> None:
        """Every `seconds` from start to start; a failing run is logged and tried again in the next period."""
        while not stop.is_set():
            began = monotonic()
            try:
                self.step(stop)
            except StoreUnavailable as error:
                log.warning("timer_waits", timer=self.timer.name, reason=str(error))
            except Exception:  # closed set: whatever a timer raises, its next period is its retry
                log.exception("timer_failed", service=self._app.name, timer=self.timer.name)
            stop.wait(max(0.0, self.timer.seconds - (monotonic() - began)))


def timer_loops(app: Application, spec: ServiceSpec) -> list[TimerLoop]:
    return [TimerLoop(app, timer) for timer in spec.timers]
