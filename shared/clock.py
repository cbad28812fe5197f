"""The one source of the present moment.

Everything that asks "what time is it?" asks an injected `Clock`, so a whole year can be
simulated and a test never waits. Domain code and read-model handlers don't even hold one: they
get times as values.
"""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
"""Legal days are days in this zone, whatever the machine is set to."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that moves only when told; it never goes back.

    Going back would let an event be recorded before the one it answers.
    """

    def __init__(self, start: datetime) -> None:
        self._lock = Lock()
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def advance_to(self, moment: datetime) -> None:
        with self._lock:
            if moment < self._now:
                raise ValueError(f"a clock does not go back: {moment} is before {self._now}")
            self._now = moment.astimezone(UTC)
