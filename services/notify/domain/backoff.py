"""How long to wait before the next attempt."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=5)
LONGEST = timedelta(hours=1)
_DOUBLINGS = 12


def delay(failures: int) -> timedelta:
    """5 s after the first failure, doubling, never above an hour. `failures` counts from 1.

    Without jitter on purpose: a subscription is served by one replica at a time, so there is no herd.
    """
    return min(FIRST * 2 ** min(max(failures, 1) - 1, _DOUBLINGS), LONGEST)
