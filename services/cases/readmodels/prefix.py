"""A row as a function of the case's history up to an event, whatever the batch was.

Case streams are short, so a handler reads the streams its batch touches, all at once, instead of keeping
folded state of its own: the same history then gives the same row, in a replay, in any batching.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from services.cases.domain import CaseState
from services.cases.streams import fold
from shared.domain.legal_clock import Thresholds, fold_clock, thresholds
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.event import Event
from shared.eventstore.reading import READ, read_event
from shared.eventstore.rows import as_readers_get_them

_HISTORY = f"SELECT {READ} FROM public.events WHERE stream = ANY(%s::uuid[]) ORDER BY stream, version"  # noqa: S608


@dataclass(frozen=True)
class History:
    """A case up to the newest of its events in the batch."""

    events: Sequence[Event]

    @cached_property
    def state(self) -> CaseState:
        return fold(self.events)

    def clock(self, calendar: WorkingCalendar) -> Thresholds:
        facts = fold_clock((event.type, event.data, event.occurred_at) for event in self.events)
        return thresholds(facts, calendar)

    @property
    def stream(self) -> UUID:
        return self.events[0].stream

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
    return histories_up_to(db, newest, events[0].source if events else "")


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
