"""Interleaves cases by virtual time."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from shared.simulation.city import City

Script = Iterator[timedelta]
"""A case's life: acts, then yields how long nothing happens to it."""


@dataclass(order=True)
class _Due:
    at: datetime
    order: int
    script: Script = field(compare=False)


class Driver:
    """Runs scripts in the order of their virtual times, moving the platform's clock before each act."""

    def __init__(self, city: City, *, on_act: Callable[[datetime], None] | None = None) -> None:
        self._city = city
        self._due: list[_Due] = []
        self._order = count()
        self._on_act = on_act or (lambda at: None)

    def start(self, script: Script, at: datetime) -> None:
        heapq.heappush(self._due, _Due(at, next(self._order), script))

    def run(self) -> datetime:
        """Until every script has ended; answers the last virtual moment. Raises what a script raises."""
        now = self._city.now()
        while self._due:
            due = heapq.heappop(self._due)
            if due.at > now:
                now = due.at
                self._city.advance_to(now)
            self._on_act(now)
            try:
                wait = next(due.script)
            except StopIteration:
                continue
            heapq.heappush(self._due, _Due(now + wait, next(self._order), due.script))
        return now
