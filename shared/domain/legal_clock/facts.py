"""What of a case's history the legal clock needs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from shared.domain.limits import WORK_DAY, Limit

RECEIVED = "received"
ACCEPTED = "accepted"
PERMIT = "01"
"""Item type of administrative permits, the only ones the licensing law binds (rules 4.1)."""


@dataclass(frozen=True, slots=True)
class Procedure:
    """A special procedure of kind B. Only one with `stops_clock` takes days out of the count."""

    sequence: int
    name: str
    started_at: datetime
    ended_at: datetime | None
    limit_days: int
    stops_clock: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """A special procedure of kind A: it lengthens the limit and never suspends."""

    days: int
    name: str
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """`statutory`, `promised`, `delivery`: the limits that hold for the case's situation.

    `received_at` moves to the day a supplement arrives: a period runs from complete material.
    `stated_*` are moments an imported log states; then nothing is computed.
    """

    item_type: str = ""
    clock_start: str = ACCEPTED
    statutory: Limit | None = None
    statutory_basis: str = ""
    promised: Limit | None = None
    delivery: Limit | None = None
    extension_unit: str = WORK_DAY
    notice_days: int = 0
    received_at: datetime | None = None
    waiting: bool = False
    accepted_at: datetime | None = None
    deemed: bool = False
    notice_missed_at: datetime | None = None
    supplement_while_running_at: datetime | None = None
    decided_at: datetime | None = None
    forwarded: bool = False
    completed_at: datetime | None = None
    result_ready_at: datetime | None = None
    ended_at: datetime | None = None
    ended_as: str = ""
    procedures: tuple[Procedure, ...] = ()
    extensions: tuple[Extension, ...] = ()
    imported: bool = False
    stated_statutory: datetime | None = None
    stated_promised: datetime | None = None

    @property
    def is_permit(self) -> bool:
        return self.item_type == PERMIT

    @property
    def started_at(self) -> datetime | None:
        """When the period begins (its day isn't counted); None while nothing runs.

        What was finished without a recorded acceptance counts from receipt, and so does an imported
        history, which may not know of acceptances.
        """
        if self.imported:
            return self.accepted_at or self.received_at
        if self.waiting and self.accepted_at is None and self.completed_at is None:
            return None
        if self.clock_start == RECEIVED:
            return self.received_at
        if self.accepted_at is None and (self.decided_at or self.completed_at):
            return self.received_at
        return self.accepted_at

    @property
    def statutory_stop(self) -> datetime | None:
        """Art. 42 ends at the decision. An imported log states an end and no more."""
        if self.imported:
            return self.completed_at or self.ended_at
        return self.decided_at or self.completed_at or self.ended_at

    @property
    def promised_stop(self) -> datetime | None:
        """The promise is kept by completing, or by sending the case up where another organ decides."""
        if self.forwarded and not self.imported:
            return self.decided_at
        return self.completed_at or self.ended_at

    @property
    def open_pause(self) -> Procedure | None:
        """The first open procedure that stops the clock. A decision ends what was left open."""
        if self.decided_at or self.promised_stop or self.stated_statutory:
            return None
        running = [each for each in self.procedures if each.stops_clock and each.ended_at is None]
        return min(running, key=lambda each: each.started_at, default=None)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able; `from_dict` reads it back. Empty fields are left out."""
        default = ClockFacts()
        return {
            name: _plain(value) for name in _NAMES if (value := getattr(self, name)) != getattr(default, name)
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> ClockFacts:
        return cls(**{name: _rich(name, value) for name, value in data.items()})


EMPTY = ClockFacts()
_NAMES = tuple(each.name for each in fields(ClockFacts))
_LIMITS = frozenset({"statutory", "promised", "delivery"})


def moment(text: str | datetime | None) -> datetime | None:
    """An ISO 8601 moment; None and "" are no moment."""
    if text is None or text == "":
        return None
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Limit):
        return value.as_dict()
    if isinstance(value, tuple):
        return [{each.name: _plain(getattr(row, each.name)) for each in fields(row)} for row in value]
    return value


def _rich(name: str, value: Any) -> Any:
    if name in _LIMITS:
        return Limit.from_dict(value)
    if name.endswith("_at") or name.startswith("stated_"):
        return moment(value)
    if name == "procedures":
        return tuple(Procedure(**{key: _rich(key, inner) for key, inner in row.items()}) for row in value)
    if name == "extensions":
        return tuple(Extension(**{key: _rich(key, inner) for key, inner in row.items()}) for row in value)
    return value
