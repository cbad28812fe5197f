"""Pages of a service's own feed, read once for all followers who lag behind at the same place."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from time import monotonic

from shared.eventstore.store import EventStore, FeedPage

KEPT = 4
"""Pages in memory, whatever the number of followers: one who lags further behind reads for himself."""

FRESH = 1.0
"""Seconds. What was read before a promotion must not be applied long after it."""


class Pages:
    """For several threads. A page once read stays true, though more may have come behind it since."""

    def __init__(self, store: EventStore, limit: int) -> None:
        self._store = store
        self._limit = limit
        self._kept: OrderedDict[tuple[str, str], tuple[float, FeedPage]] = OrderedDict()
        self._reading: dict[str, Lock] = {}

    def read(self, category: str, after: str) -> FeedPage:
        """Blocks while another follower reads the category: it may be reading this very page."""
        with self._reading.setdefault(category, Lock()):
            read_at, page = self._kept.get((category, after), (float("-inf"), None))
            if page is not None and monotonic() - read_at < FRESH:
                return page
            page = self._store.follow(after, category=category, limit=self._limit)
            if page.head_at is None and page.events:  # at the end the store keeps what is new
                self._kept[category, after] = (monotonic(), page)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return page


def first_of(page: FeedPage, limit: int) -> FeedPage:
    """The page's first `limit` events, as if no more had been asked for."""
    if len(page.events) <= limit:
        return page
    events = page.events[:limit]
    return FeedPage(events, events[-1].cursor, None)
