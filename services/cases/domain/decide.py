"""state + command -> facts, or a refusal. The table first, then the guards, then the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.cases.domain.commands import Command
from services.cases.domain.decisions import (
    acceptance,
    afterwards,
    closing,
    delivery,
    handling,
    intake,
    special_procedures,
)
from services.cases.domain.doors import refusals
from services.cases.domain.rule import Moment, Rule
from services.cases.domain.state import CaseState
from shared.domain.decision import Fact, Refusal
from shared.domain.working_calendar import WorkingCalendar

RULES: dict[type[Command], Rule] = {
    rule.command: rule
    for module in (intake, acceptance, handling, special_procedures, closing, delivery, afterwards)
    for rule in module.RULES
}


def decide(state: CaseState, command: Command, *, at: datetime, calendar: WorkingCalendar) -> list[Fact]:
    """What the command makes true at `at`; raises the first `Refusal`, then nothing has happened."""
    moment = Moment(at, calendar)
    for refusal in broken_guards(state, command, moment):
        raise refusal
    return RULES[type(command)].facts(state, command, moment)


def broken_guards(state: CaseState, command: Command, moment: Moment) -> Iterator[Refusal]:
    """Everything that speaks against the command, the state's reasons first."""
    rule = RULES[type(command)]
    yield from refusals(state, rule.action)
    yield from rule.check(state, command, moment)
