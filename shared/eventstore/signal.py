"""Wakes every waiting thread or greenlet of this process; nobody eats another's signal."""

from __future__ import annotations

from threading import Condition, local


class Signal:
    """Each thread (greenlet, when the process is green) is woken once for all that fired since it last woke.

    A shared `threading.Event` would not do: the first waiter clears it for those still at work.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting = 0
        self._last = object()
        self._mine = local()

    @property
    def count(self) -> int:
        """How often it has fired."""
        return self._count

    def fire(self) -> None:
        """Without a lock while nobody waits, for each append does it. Who waits says so before it looks."""
        self._last = object()
        if self._waiting:
            with self._changed:
                self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """True if it fired since this thread last returned from here; at once on a thread's first call."""
        with self._changed:
            seen = getattr(self._mine, "seen", None)
            self._waiting += 1
            try:
                self._changed.wait_for(lambda: self._last is not seen, timeout)
            finally:
                self._waiting -= 1
        last = self._mine.seen = self._last
        return last is not seen
