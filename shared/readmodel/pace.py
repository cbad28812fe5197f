"""How many events a follower applies at once: as many as fit into a moment."""

from __future__ import annotations

MOMENT = 0.25
"""Seconds a batch may take. In a green process nobody else runs while a handler computes, the broker's
heartbeats included; and a transaction is kept open as long."""


FIRST = 1
"""Events a follower begins with, since nobody knows yet how long its handler takes for one."""


class Pace:
    """Begins small, doubles while batches are quick, and falls at once when one is slow."""

    def __init__(self, most: int) -> None:
        self.limit = min(FIRST, most)
        self._most = most

    def took(self, events: int, seconds: float) -> None:
        if seconds > MOMENT:
            self.limit = max(1, min(self.limit, int(events * MOMENT / seconds)))
        elif seconds < MOMENT / 2 and events >= self.limit:
            self.limit = min(self._most, self.limit * 2)
