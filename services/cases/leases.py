"""Published items as the catalogue told them a moment ago, each good for the length of a lease.

The catalogue answers a command that takes a version out of force only after the lease
(`ITEM_LEASE_SECONDS`), so nobody who was told of such a change sees an older version pinned afterwards. A
lease begins before the question is asked: no clock is compared with another. In its last part one caller is
sent to ask anew, while all others go on with what is held: so nobody waits for an item that is in use.
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

_LAST_PART = 0.4
"""Of a lease, in which it is asked for anew."""

Ask = Callable[[str], dict[str, Any]]
_Lease = tuple[float, str]
_NONE: _Lease = (0.0, "")


class ItemLeases:
    """For any number of threads. Only what holds is kept: a refusal is asked for each time."""

    def __init__(self, seconds: float = ITEM_LEASE_SECONDS, now: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._now = now
        self._held: dict[str, _Lease] = {}
        self._sent: dict[str, _Lease] = {}
        self._asking: dict[str, Lock] = {}

    def item(self, code: str, ask: Ask) -> dict[str, Any]:
        """A copy of one's own. Blocks for the question, and raises what it raises."""
        return self._leased(code) or self._asked(code, ask)

    def renewed(self, code: str, ask: Ask) -> dict[str, Any]:
        """The same for whom `held` had nothing; what is in its last part is asked for anew."""
        fresh = None if self._ends(code) else self._leased(code)
        return fresh or self._asked(code, ask)

    def held(self, code: str) -> dict[str, Any] | None:
        """The same without a question. None where it would need one, and once in a lease's last part."""
        lease = self._held.get(code)
        if lease and self._ends(code) and self._sent.get(code) is not lease:
            self._sent[code] = lease
            return None
        return self._leased(code)

    def _ends(self, code: str) -> bool:
        """Whether it is in its last part, or over."""
        return self._now() >= self._held.get(code, _NONE)[0] - self._seconds * _LAST_PART

    def _leased(self, code: str) -> dict[str, Any] | None:
        until, text = self._held.get(code, _NONE)
        found: dict[str, Any] | None = json.loads(text) if self._now() < until else None
        return found

    def _asked(self, code: str, ask: Ask) -> dict[str, Any]:
        """Who waited for another's question takes its answer."""
        before = self._held.get(code, _NONE)
        lock = self._asking.setdefault(code, Lock())
        ours = lock.acquire(timeout=_PATIENCE)
        try:
            fresh = self._leased(code) if self._held.get(code, _NONE) is not before else None
            return fresh or self._keep(code, self._now() + self._seconds, ask(code))
        finally:
            if ours:
                lock.release()

    def _keep(self, code: str, until: float, item: dict[str, Any]) -> dict[str, Any]:
        if len(self._held) >= KEPT:
            self._held.clear()
            self._sent.clear()
            self._asking.clear()
        self._held[code] = (until, json.dumps(item, ensure_ascii=False))
        return item
