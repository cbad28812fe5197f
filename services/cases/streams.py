"""A case as its stream: where it lies, how it is read and folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.cases import domain
from services.cases.domain import CaseState
from shared.domain.case_number import case_stream
from shared.eventstore.event import Event
from shared.eventstore.store import EventStore, UnitOfWork
from shared.problems import not_found


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its whole history."""

    case_no: str
    stream: UUID
    events: tuple[Event, ...]
    state: CaseState

    @property
    def version(self) -> int:
        return len(self.events)


def fold(events: Iterable[Event]) -> CaseState:
    return domain.fold((event.type, event.data, event.occurred_at) for event in events)


def open_case(source: EventStore | UnitOfWork, case_no: str, as_of: datetime | None = None) -> CaseFile:
    """Read a case, or raise the 404 problem. `as_of`: only what had happened by that moment.

    By the time it happened, not by when it was recorded: else an imported history would have no past.
    The stream is the truth and is short, so one case is read from it, never from a read model.
    """
    stream = case_stream(case_no)
    events: Sequence[Event] = source.read_stream(stream)
    if as_of is not None:
        events = [event for event in events if event.occurred_at <= as_of]
    if not events:
        raise not_found(f"case {case_no}")
    return CaseFile(case_no, stream, tuple(events), fold(events))
