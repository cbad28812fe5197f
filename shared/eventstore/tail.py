"""The newest stretch of a feed, read once for everybody of a process who follows it closely.

All read models, subscriptions and the relay of a service stand near its end most of the time and want the
same few events: each tick is read once, whole, and its events are decoded once.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from operator import attrgetter
from threading import Lock
from time import monotonic
from typing import NamedTuple

from shared.eventstore.cursor import Place, parse
from shared.eventstore.event import Event
from shared.eventstore.store import FeedPage

KEPT = 2_000
"""Events in memory at most, beside those of the page read last. Who lags further behind reads for himself."""

PAGE = 500

FRESH = 1.0
"""Seconds. So old may what is known of the end be while no tick was heard of, and so old an event that is
handed out: what was read before a promotion must not be applied long after it."""

_place = attrgetter("place")

Read = Callable[[str, int], FeedPage]
"""`read(after, limit)`: a page of all categories."""


class _Kept(NamedTuple):
    place: Place
    event: Event
    read_at: float


class Tail:
    """For any number of threads; one reads while the others wait for what it finds.

    `ticks` is a number that changes with every tick this process hears of.
    """

    def __init__(self, read: Read, ticks: Callable[[], int]) -> None:
        self._read = read
        self._ticks = ticks
        self._lock = Lock()
        self._epoch: str | None = None
        self._begin = self._end = Place(0, 0)
        self._cursor = ""
        self._kept: list[_Kept] = []
        self._head_at: datetime | None = None
        self._seen = -1
        self._read_at = float("-inf")

    def page(self, after: str, category: str | None, limit: int) -> FeedPage | None:
        """As `read_feed`; None for a place that it does not reach back to, or that it knows nothing of.

        Raises `UnknownCursor` if the feed has begun a new epoch.
        """
        epoch, place = parse(after)
        with self._lock:
            if epoch != self._epoch or place < self._begin:
                return None
            found = self._after(place, category, limit)
            if place > self._end or not (found or self._is_current()):
                self._extend()
                found = self._after(place, category, limit)
            if found and monotonic() - found[0].read_at > FRESH:
                return None
            events = [kept.event for kept in found]
            if len(events) == limit:
                return FeedPage(events, events[-1].cursor, None)
            return FeedPage(events, events[-1].cursor if events else self._cursor, self._head())

    def begin(self, page: FeedPage) -> None:
        """Begin anew behind a page that somebody read to the end of the feed, unless it lies before what is
        kept already."""
        if page.head_at is None or page.cursor == "":
            return
        epoch, place = parse(page.cursor)
        with self._lock:
            if epoch == self._epoch and place <= self._end:
                return
            self._epoch, self._begin, self._end, self._cursor = epoch, place, place, page.cursor
            self._kept, self._head_at, self._seen = [], None, -1

    def _after(self, place: Place, category: str | None, limit: int) -> list[_Kept]:
        first = bisect_right(self._kept, place, key=_place)
        wanted = (
            kept
            for kept in islice(self._kept, first, None)
            if category is None or kept.event.category == category
        )
        return list(islice(wanted, limit))

    def _is_current(self) -> bool:
        return (
            self._head_at is not None and self._seen == self._ticks() and monotonic() - self._read_at < FRESH
        )

    def _head(self) -> datetime | None:
        """Unless a tick came since: then there is more to read."""
        return self._head_at if self._seen == self._ticks() else None

    def _extend(self) -> None:
        seen, now = self._ticks(), monotonic()
        try:
            page = self._read(self._cursor, PAGE)
        except Exception:
            self._epoch = None
            raise
        self._kept += [_Kept(parse(event.cursor)[1], event, now) for event in page.events]
        self._forget(len(self._kept) - KEPT - len(page.events))
        self._cursor, self._end = page.cursor, parse(page.cursor)[1]
        self._head_at, self._seen, self._read_at = page.head_at, seen, now

    def _forget(self, count: int) -> None:
        if count > 0:
            self._begin = self._kept[count - 1].place
            del self._kept[:count]
