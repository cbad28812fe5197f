"""A case as its stream: where it lies, how it is read and folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from services.cases import domain
from services.cases.domain import CaseState
from services.cases.domain.corrections import CORRECTED, in_force
from shared.domain.case_number import case_stream
from shared.eventstore.event import Event
from shared.eventstore.store import EventStore, UnitOfWork
from shared.problems import not_found


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its whole history: `events` as recorded, `in_force` with their corrections counted in. The
    state is of the latter."""

    case_no: str
    stream: UUID
    events: tuple[Event, ...]
    in_force: Sequence[Event]
    state: CaseState

    @property
    def version(self) -> int:
        return len(self.events)


def as_corrected(events: Sequence[Event]) -> Sequence[Event]:
    """What holds of a history from its beginning. The legal clock goes by what was recorded."""
    if all(event.type != CORRECTED for event in events):
        return events
    data = in_force([(str(event.id), event.type, event.data) for event in events])
    return [
        event if said is event.data else replace(event, data=dict(said))
        for event, said in zip(events, data, strict=True)
    ]


def fold(events: Iterable[Event]) -> CaseState:
    return domain.fold((event.type, event.data, event.occurred_at) for event in events)


def file_of(stream: UUID, events: Sequence[Event]) -> CaseFile:
    """`events` from the first one on."""
    holds = as_corrected(events)
    state = fold(holds)
    return CaseFile(state.case_no or "", stream, tuple(events), holds, state)


def open_case(source: EventStore | UnitOfWork, case_no: str, as_of: datetime | None = None) -> CaseFile:
    """Read a case, or raise the 404 problem. `as_of`: only what had been recorded by that moment.

    Not what had happened by then: a fact that came in later was unknown, and nobody acted on it. An
    imported history therefore begins with its import. The stream is the truth and is short, so one case
    is read from it, never from a read model.
    """
    stream = case_stream(case_no)
    events: Sequence[Event] = source.read_stream(stream)
    if as_of is not None:
        # Up to the first that was recorded later: clocks of two machines differ, an order of events does not.
        events = list(takewhile(lambda event: event.recorded_at <= as_of, events))
    if not events:
        raise not_found(f"case {case_no}")
    return file_of(stream, events)
