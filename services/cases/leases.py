"""Published items as the catalogue told them a moment ago, each good for the length of a lease.

The catalogue answers a command that takes a version out of force only after the lease
(`ITEM_LEASE_SECONDS`), so nobody who was told of such a change sees an older version pinned afterwards. A
lease begins before the question is asked: no clock is compared with another.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any

from shared.contracts.catalogue import ITEM_LEASE_SECONDS

KEPT = 1_000
_PATIENCE = 1.0
"""Seconds for which one question is waited for by others who want the same; then they ask themselves."""

Ask = Callable[[str], dict[str, Any]]


class ItemLeases:
    """For any number of threads. Only what holds is kept: a refusal is asked for each time."""

    def __init__(self, seconds: float = ITEM_LEASE_SECONDS, now: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._held: dict[str, tuple[float, str]] = {}
        self._asking: dict[str, Lock] = {}

    def item(self, code: str, ask: Ask) -> dict[str, Any]:
        """A copy of one's own. Blocks for the question, and raises what it raises."""
        return self._leased(code) or self._asked(code, ask)

    def held(self, code: str) -> dict[str, Any] | None:
        """The same without a question; None where it would need one."""
        return self._leased(code)

    def _leased(self, code: str) -> dict[str, Any] | None:
        until, text = self._held.get(code, (0.0, ""))
        found: dict[str, Any] | None = json.loads(text) if self._now() < until else None
        return found

    def _asked(self, code: str, ask: Ask) -> dict[str, Any]:
        lock = self._asking.setdefault(code, Lock())
        ours = lock.acquire(timeout=_PATIENCE)
        try:
            return self._leased(code) or self._keep(code, self._now() + self._seconds, ask(code))
        finally:
            if ours:
                lock.release()

    def _keep(self, code: str, until: float, item: dict[str, Any]) -> dict[str, Any]:
        if len(self._held) >= KEPT:
            self._held.clear()
            self._asking.clear()
        self._held[code] = (until, json.dumps(item, ensure_ascii=False))
        return item
