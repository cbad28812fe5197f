"""Histories of the cases that something has just happened to, for all read models of a process.

They follow one feed a few milliseconds apart and want the same histories, folded the same way. A history that
goes on where the kept one ends, or begins, is known without asking the database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Any
from uuid import UUID

from services.cases.domain import CaseState
from services.cases.streams import as_corrected, fold
from shared.domain.legal_clock import Thresholds, fold_clock, thresholds
from shared.domain.working_calendar import WorkingCalendar
from shared.eventstore.cursor import parse
from shared.eventstore.event import Event

KEPT = 1_000
"""Cases, the longest unused being forgotten first."""

LONGEST = 100
"""Events: a longer history is read anew each time."""

FRESH = 10.0
"""Seconds since a history's beginning was read or seen. Its personal values stand open, and who is erased
must be forgotten here too; an erasure that the case has an event of forgets it at once."""

ERASED = "case.subject_erased"
_NAME = "cases.histories"


@dataclass(frozen=True)
class History:
    """A case up to the newest of its events in the batch. Shared by several readers, so nobody changes it."""

    events: Sequence[Event]

    @cached_property
    def in_force(self) -> Sequence[Event]:
        """The events with their corrections counted in."""
        return as_corrected(self.events)

    @cached_property
    def state(self) -> CaseState:
        return fold(self.in_force)

    def clock(self, calendar: WorkingCalendar) -> Thresholds:
        """By any calendar; what the last one said is kept."""
        known = self.__dict__.get("_clock")
        if known is None or known[0] is not calendar:
            facts = fold_clock((event.type, event.data, event.occurred_at) for event in self.events)
            known = self.__dict__["_clock"] = (calendar, thresholds(facts, calendar))
        found: Thresholds = known[1]
        return found

    @property
    def stream(self) -> UUID:
        return self.events[0].stream

    @property
    def first(self) -> dict[str, Any]:
        """The data of `case.submitted`, corrected."""
        return self.in_force[0].data

    @property
    def version(self) -> int:
        return self.events[-1].version


class RecentHistories:
    """Of one database and one epoch of its feed; for any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epoch = ""
        self._kept: OrderedDict[UUID, tuple[float, History]] = OrderedDict()

    def follow(self, events: Sequence[Event]) -> tuple[list[History], Mapping[UUID, int]]:
        """Histories up to the newest event of each case of a batch, and up to which version those are to be
        read that are not known."""
        parts: dict[UUID, list[Event]] = {}
        for event in events:
            parts.setdefault(event.stream, []).append(event)
        found, lacking = [], {}
        with self._lock:
            self._be_of(events[0].cursor if events else "")
            for stream, part in parts.items():
                history = self._joined(stream, part)
                if history is None:
                    lacking[stream] = part[-1].version
                else:
                    found.append(history)
        return found, lacking

    def keep(self, history: History, cursor: str) -> None:
        """One that was read while a batch that begins at `cursor` was applied."""
        with self._lock:
            if self._epoch == parse(cursor)[0] != "":
                self._put(history, monotonic())

    def _joined(self, stream: UUID, part: Sequence[Event]) -> History | None:
        if self._epoch == "" or any(event.type == ERASED for event in part):
            self._kept.pop(stream, None)
            return None
        begun_at, known = self._kept.get(stream, (monotonic(), History(())))
        if monotonic() - begun_at > FRESH:
            del self._kept[stream]
            return None
        have, want = len(known.events), part[-1].version
        if have == want:
            return known
        if have > want:
            return History(known.events[:want])
        new = [event for event in part if event.version > have]
        if [event.version for event in new] != list(range(have + 1, want + 1)):
            return None
        history = History((*known.events, *new))
        self._put(history, begun_at)
        return history

    def _be_of(self, cursor: str) -> None:
        """In another epoch the same version of a case may be another event."""
        epoch = parse(cursor)[0]
        if epoch != self._epoch:
            self._kept.clear()
            self._epoch = epoch

    def _put(self, history: History, begun_at: float) -> None:
        if len(history.events) > LONGEST:
            self._kept.pop(history.stream, None)
            return
        self._kept[history.stream] = (begun_at, history)
        self._kept.move_to_end(history.stream)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


def recent_histories(db: Any) -> RecentHistories:
    """Of the database that a cursor is of; a connection that is nobody's pool's has one of its own."""
    kept: dict[str, Any] = getattr(db.connection, "kept", {})
    found: RecentHistories = kept.setdefault(_NAME, RecentHistories())
    return found
