"""A row as a function of the case's history up to an event, whatever the batch was.

Case streams are short, so a handler reads the streams its batch touches, all at once, instead of keeping
folded state of its own: the same history then gives the same row, in a replay, in any batching. What the
process has just read or followed it need not read again (`recent.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from services.cases.readmodels.recent import History, recent_histories
from shared.eventstore.event import Event
from shared.eventstore.reading import READ, read_event
from shared.eventstore.rows import as_readers_get_them

_HISTORY = f"SELECT {READ} FROM public.events WHERE stream = ANY(%s::uuid[]) ORDER BY stream, version"  # noqa: S608


def histories(db: Any, events: Sequence[Event]) -> Iterator[History]:
    """Each case of the batch once. `db` is the handler's cursor."""
    recent = recent_histories(db)
    found, lacking = recent.follow(events)
    yield from found
    if lacking:
        for history in histories_up_to(db, lacking, events[0].source):
            recent.keep(history, events[0].cursor)
            yield history


def histories_up_to(db: Any, newest: Mapping[UUID, int], source: str) -> Iterator[History]:
    """Each stream up to the version given for it."""
    db.execute(_HISTORY, ([str(stream) for stream in newest],))
    found: dict[UUID, list[Event]] = {}
    known = [
        event for row in db.fetchall() if (event := read_event(row, source)).version <= newest[event.stream]
    ]
    for event in as_readers_get_them(db, known):
        found.setdefault(event.stream, []).append(event)
    for past in found.values():
        yield History(past)
