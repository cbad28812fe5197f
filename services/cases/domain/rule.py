"""The parts of one decision, and what it may know of the present."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.cases.domain.commands import Command
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal
from shared.domain.working_calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Moment:
    """`calendar` is None when history is recorded: nothing in the past is judged by working days."""

    at: datetime
    calendar: WorkingCalendar | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` yields every reason against the command, in the order to be told; `facts` runs only
    when there is none. `check` must bear any value in any field: pushed facts go through it too.
    """

    command: type[Command]
    action: str
    check: Callable[[CaseState, Any, Moment], Iterator[Refusal]]
    facts: Callable[[CaseState, Any, Moment], list[Fact]]


def blank(value: Any) -> bool:
    return not (isinstance(value, str) and value.strip())


def required(command: Any, field: str, code: str, detail: str, basis: str | None = None) -> Iterator[Refusal]:
    """A text that must not be blank."""
    if blank(getattr(command, field)):
        yield Refusal(code, detail, field=field, basis=basis)


def one_of(command: Any, field: str, choices: tuple[str, ...]) -> Iterator[Refusal]:
    if getattr(command, field) not in choices:
        yield Refusal(f"unknown_{field}", f"{field} is one of {', '.join(choices)}", field=field)
