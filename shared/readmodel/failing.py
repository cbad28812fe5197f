"""When failures are too many to be the streams' own fault.

Two limits, after which the subscriber stops: so many streams one after the other (everything fails), and
a share of all that was tried lately (a kind of event fails, between others that don't). The second one
is counted over a window, so that a service which runs for years isn't judged by its first day.
"""

from __future__ import annotations

from collections import deque

IN_A_ROW = 20
"""So many streams may fail one after the other, none applied between them, before the subscriber stops."""

WINDOW = 1_000
"""Events tried last, over which the share is taken."""

SHARE = 100
"""So many of them may be the first failing one of a stream: one in ten. Below the window's size, so that
a short history with a few bad cases never stops anybody."""


class Failing:
    """Counts for one subscriber in one process; begun again when an operator resumes it."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._tried = 0
        self._failed_at: deque[int] = deque()

    def copy(self) -> Failing:
        """To count a batch on, and to keep only if the batch is kept."""
        other = Failing()
        other._in_a_row, other._tried = self._in_a_row, self._tried
        other._failed_at = self._failed_at.copy()
        return other

    def applied(self, events: int) -> None:
        self._in_a_row = 0
        self._tried += events

    def failed(self) -> str | None:
        """Counts one; answers what is too much of it, if it is."""
        self._in_a_row += 1
        self._tried += 1
        self._failed_at.append(self._tried)
        while self._failed_at[0] <= self._tried - WINDOW:
            self._failed_at.popleft()
        if self._in_a_row > IN_A_ROW:
            return f"for {self._in_a_row} streams in a row"
        if len(self._failed_at) > SHARE:
            return f"for {len(self._failed_at)} streams within {min(self._tried, WINDOW)} events"
        return None
