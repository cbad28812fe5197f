"""Token buckets in memory: one process's share of a limit, not a promise over all replicas."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from shared.problems import Problem

_MOST_CLIENTS = 20_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class RateLimit:
    """`per_minute` requests for each client on the average, and as many at once.

    Measured on the machine's monotonic clock: a simulated year must not open the gates, nor may a
    clock that stands still close them for good.
    """

    def __init__(self, per_minute: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._monotonic = monotonic
        self._lock = Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, client: str) -> None:
        """One request of `client`, or a 429 problem that says after how many seconds to come back."""
        rate = self.per_minute / 60
        with self._lock:
            now = self._monotonic()
            bucket = self._buckets.pop(client, None) or _Bucket(float(self.per_minute), now)
            bucket.left = min(float(self.per_minute), bucket.left + (now - bucket.at) * rate)
            bucket.at = now
            allowed = bucket.left >= 1
            if allowed:
                bucket.left -= 1
            self._buckets[client] = bucket
            while len(self._buckets) > _MOST_CLIENTS:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, math.ceil((1 - bucket.left) / rate))
            raise Problem(429, "rate_limited", "too many requests", extra={"retry_after": wait})
