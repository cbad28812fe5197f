"""Takes ticks: soon after an append of this process, and now and then for those of others."""

from __future__ import annotations

from threading import Event as Stop
from time import monotonic

import structlog

from shared.eventstore.errors import StoreUnavailable
from shared.eventstore.store import EventStore

COALESCE = 0.003
"""Seconds from an append to its tick, so that one tick shows the appends of a few milliseconds."""

APART = (0.008, 0.02)
"""Seconds between two ticks while appends keep coming, at rest and under load. Every tick sends each follower
and the relay to the database once, however much it shows: close ticks show an append sooner, and cost
processor time that is there only while the process has little to do. A lone append does not wait for this,
nor does a reader who names its token (`waiting.wait_for` ticks for itself)."""

PER_LATE = 3.0
"""How much further apart for each second a pause came back late: 4 ms late is as busy as it gets."""

LOOK = 0.2
"""Seconds between looks when this process appends nothing. A process that only reads (a relay of its
own) looks more often: a look that finds nothing is one short query."""

BACKOFF = 1.0

log = structlog.get_logger(__name__)


SLOWER = 1.1
"""How much later the next look comes after one that found nothing: a second from 20 ms to 100."""


class Ticker:
    """Every replica may run one: they exclude each other by a lock and find each other's ticks.

    `look` seconds between looks while this process appends nothing, up to `rest` while nobody else does.
    """

    def __init__(
        self,
        store: EventStore,
        *,
        look: float = LOOK,
        rest: float = LOOK,
        coalesce: float = COALESCE,
        apart: tuple[float, float] = APART,
    ) -> None:
        self._store = store
        self._look = self._patience = look
        self._rest = max(look, rest)
        self._coalesce = coalesce
        self._apart = apart
        self._late = 0.0
        self._ticked_at = float("-inf")

    @property
    def apart(self) -> float:
        """Seconds between ticks at present. A late return from a pause tells of both: that other greenlets
        of this process had much to do, and that other processes kept it from the processor."""
        near, far = self._apart
        return min(far, near + PER_LATE * self._late)

    def step(self) -> bool:
        """Wait for an append or the next look, then tick. True if a tick was taken."""
        if self._store.wait_for_append(self._patience):
            self._pause(max(self._coalesce, self._ticked_at + self.apart - monotonic()))
        taken = self._store.tick()
        if self._rest > self._look:
            news = taken or self._store.wait(0.0)
            self._patience = self._look if news else min(self._rest, self._patience * SLOWER)
        if taken:
            self._ticked_at = monotonic()
        return taken

    def run(self, stop: Stop) -> None:
        while not stop.is_set():
            try:
                self.step()
            except StoreUnavailable as error:
                log.warning("ticker_waits", reason=str(error))
                stop.wait(BACKOFF)
            except Exception:  # closed set: without ticks nobody sees anything, so never give up
                log.exception("ticker_failed")
                stop.wait(BACKOFF)

    def _pause(self, seconds: float) -> None:
        """A sleep that lets the other greenlets of a green process run, and notes how late it ended."""
        until = monotonic() + seconds
        Stop().wait(seconds)
        self._late += ((monotonic() - until) - self._late) / 8
