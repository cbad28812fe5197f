"""The two forms in which a page of the feed leaves the database: rows by binary COPY, and columns as text.

The second is for where the first can't be. `tests/contract/test_feed.py` holds both to one specification.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from shared.eventstore.copying import CopiedEvents, may_copy
from shared.eventstore.event import Event
from shared.eventstore.reading import READ, read_event


class PageEvents(Protocol):
    """Events of a page in the order of the feed, as they are read."""

    columns: str
    events: list[Event]

    def read(self, cursor: Any, query: str, values: Mapping[str, Any]) -> None:
        """Add what a query over `columns` finds. Settings may stand before the query."""

    def tick(self, number: int) -> int:
        """Of the event of that number, as it was read."""


def page_events(cursor: Any, epoch: str, after: str, source: str) -> PageEvents:
    """For events behind the cursor `after`; theirs are of `epoch`. For events that are not read as a feed
    both are empty, and they have no cursors."""
    return (CopiedEvents if may_copy(cursor) else TextEvents)(epoch, after, source)


class TextEvents:
    columns = f"{READ}, tick, position"

    def __init__(self, epoch: str, after: str, source: str) -> None:
        self.events: list[Event] = []
        self._epoch, self._after, self._source = epoch, after, source
        self._last: dict[str, str] = {}

    def read(self, cursor: Any, query: str, values: Mapping[str, Any]) -> None:
        """`previous` is the event before in the same category, or `after`: nothing of it lies between."""
        cursor.execute(query, values)
        epoch, last, after, source = self._epoch, self._last, self._after, self._source
        for row in cursor.fetchall():
            category = row[3].partition(".")[0]
            place = (
                f"{epoch}-{row[10]:x}-{row[11]:x}"  # as `encode` writes it; called for each, it would show
            )
            self.events.append(read_event(row, source, place, last.get(category, after)))
            last[category] = place

    def tick(self, number: int) -> int:
        event: Any = self.events[number]
        return int(event.row[10])
