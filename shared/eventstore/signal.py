"""Wakes every waiting thread or greenlet of this process; nobody eats another's signal."""

from __future__ import annotations

from itertools import count
from threading import Condition, local


class Signal:
    """Each thread (greenlet, when the process is green) is woken once for all that fired since it last woke.

    A shared `threading.Event` would not do: the first waiter clears it for those still at work.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting = 0
        self._numbers = count(1)
        self._number = 0
        self._mine = local()

    @property
    def number(self) -> int:
        """Another one after each time it fired. Of two that fire at once the lower may stand last."""
        return self._number

    def fire(self) -> None:
        """Without a lock while nobody waits, for each append does it. Who waits says so before it looks."""
        self._number = next(self._numbers)
        if self._waiting:
            with self._changed:
                self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """True if it fired since this thread last returned from here; at once on a thread's first call."""
        with self._changed:
            seen = getattr(self._mine, "seen", -1)
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: self._number != seen, timeout)
            finally:
                self._waiting -= 1
        number = self._mine.seen = self._number
        return number != seen
