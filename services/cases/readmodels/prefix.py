"""A row as a function of the case's history up to an event, whatever the batch was.

Case streams are short, so a handler reads the streams its batch touches, once each, instead of keeping
folded state of its own: the same history then gives the same row, in a replay, in any batching.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.cases.domain import CaseState
from services.cases.streams import fold
from shared.eventstore.event import Event
from shared.eventstore.rows import COLUMNS, to_event

_HISTORY = f"SELECT {COLUMNS} FROM public.events WHERE stream = ANY(%s::uuid[]) ORDER BY stream, version"  # noqa: S608


@dataclass(frozen=True, slots=True)
class History:
    """A case up to the newest of its events in the batch."""

    stream: UUID
    events: tuple[Event, ...]
    state: CaseState

    @property
    def first(self) -> dict[str, Any]:
        """The data of `case.submitted`."""
        return self.events[0].data

    @property
    def version(self) -> int:
        return self.events[-1].version


def histories(db: Any, events: Sequence[Event]) -> Iterator[History]:
    """Each case of the batch once. `db` is the handler's cursor."""
    newest = {event.stream: event.version for event in events}
    source = events[0].source if events else ""
    db.execute(_HISTORY, ([str(stream) for stream in newest],))
    found: dict[UUID, list[Event]] = {}
    for row in db.fetchall():
        event = to_event(row, source)
        if event.version <= newest[event.stream]:
            found.setdefault(event.stream, []).append(event)
    for stream, past in found.items():
        yield History(stream, tuple(past), fold(past))
