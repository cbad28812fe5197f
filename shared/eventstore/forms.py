"""The two forms in which a page of the feed leaves the database: rows by binary COPY, and columns as text.

The second is for where the first can't be. `tests/contract/test_feed.py` holds both to one specification.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventstore.copying import COPIED, copied_events, copy_rows, may_copy, tick_of
from shared.eventstore.event import Event
from shared.eventstore.reading import READ, read_event


@dataclass(frozen=True, slots=True)
class Form:
    """`fetch` answers the rows of a query over `columns`, and takes settings before it. `events` makes events
    of rows in the order of the feed, with cursors of `epoch`, the first of them after a cursor."""

    columns: str
    fetch: Callable[[Any, str, Mapping[str, Any]], list[Any]]
    tick: Callable[[Any], int]
    events: Callable[[Sequence[Any], str, str, str], list[Event]]


def form_for(cursor: Any) -> Form:
    return BINARY if may_copy(cursor) else TEXT


def _fetch(cursor: Any, query: str, values: Mapping[str, Any]) -> list[Any]:
    cursor.execute(query, values)
    rows: list[Any] = cursor.fetchall()
    return rows


def _events(rows: Sequence[Any], epoch: str, after: str, source: str) -> list[Event]:
    """`previous` is the event before in the same category, or `after`: nothing of it lies between."""
    events: list[Event] = []
    last: dict[str, str] = {}
    for row in rows:
        category = row[3].partition(".")[0]
        cursor = f"{epoch}-{row[10]:x}-{row[11]:x}"  # as `encode` writes it; called for each, it would show
        events.append(read_event(row, source, cursor, last.get(category, after)))
        last[category] = cursor
    return events


def _tick(row: Sequence[Any]) -> int:
    return int(row[10])


BINARY = Form(COPIED, copy_rows, tick_of, copied_events)
TEXT = Form(f"{READ}, tick, position", _fetch, _tick, _events)
