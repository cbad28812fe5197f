"""When a warning, a yellow or a red card falls due: rule sets as pure functions (rules 5.1, 5.2).

A level is reached when the present is *later* than its moment, so that nothing lawful is carded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.legal_clock.counting import Due, Run
from shared.domain.legal_clock.facts import Extension
from shared.domain.limits import WORK_DAY, WORKING_MINUTE, Limit

WARNING = "warning"
YELLOW = "yellow"
RED = "red"
NORMAL = "normal"
LEVELS = (WARNING, YELLOW, RED)


@dataclass(frozen=True, slots=True)
class Term:
    """A limit that runs, the extensions that count included, and when it ends."""

    limit: Limit
    due: Due
    extensions: tuple[Extension, ...] = ()


@dataclass(frozen=True, slots=True)
class Levels:
    """When each level is passed if nothing more happens. None: never."""

    warning_at: datetime | None = None
    yellow_at: datetime | None = None
    red_at: datetime | None = None


CaseRule = Callable[[Run, "Term | None", "Term | None"], Levels]
ProcedureRule = Callable[[Run, Term], Levels]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """`case` gets the promise and the statutory term; `procedure` a special procedure's own limit."""

    id: str
    version: int
    name: Mapping[str, str]
    case: CaseRule
    procedure: ProcedureRule
    parameters: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "version": self.version,
            "name": dict(self.name),
            "parameters": dict(self.parameters),
        }


WARNING_DAYS = 2
SHORT_PROMISE = 3


def default_case(run: Run, promised: Term | None, statutory: Term | None) -> Levels:
    """By the law's day count, so that a card never falls on a lawful day."""
    return Levels(
        warning_at=_warning(run, promised or statutory),
        yellow_at=promised.due.at if promised else None,
        red_at=statutory.due.at if statutory else None,
    )


def default_procedure(run: Run, limit: Term) -> Levels:
    return Levels(warning_at=_warning(run, limit), yellow_at=limit.due.at)


def _warning(run: Run, term: Term | None) -> datetime | None:
    """Two counted working days before the due moment; of a short promise, opening on the last day.

    None where that moment is not after the start: then the whole period is its last day.
    """
    if term is None:
        return None
    if term.limit.unit == WORKING_MINUTE or term.limit.value <= SHORT_PROMISE:
        at = run.calendar.open_of(term.due.day)
    else:
        at = run.calendar.end_of(run.counted_before(term.due.day, WARNING_DAYS))
    return at if at > run.start else None


def model_a_case(run: Run, promised: Term | None, statutory: Term | None) -> Levels:
    """Model A: `used = ceil(elapsed)` in working seconds; warning at used - P >= -2, yellow at
    used - P >= 1, red at used - L >= 1. So: elapsed more than P-3, P and L days.

    Limits that are not in working days keep the default's moments: the model has no measure for them.
    """
    default = default_case(run, promised, statutory)
    return Levels(
        warning_at=_elapsed(run, promised, WARNING_DAYS + 1) if _measured(promised) else default.warning_at,
        yellow_at=_elapsed(run, promised) if _measured(promised) else default.yellow_at,
        red_at=_elapsed(run, statutory) if _measured(statutory) else default.red_at,
    )


def model_a_procedure(run: Run, limit: Term) -> Levels:
    """Two days before the limit, over it by more than 0, over it by more than 1 (rules 5.2)."""
    return Levels(
        warning_at=_elapsed(run, limit, WARNING_DAYS + 1),
        yellow_at=_elapsed(run, limit),
        red_at=_elapsed(run, limit, -1),
    )


def _measured(term: Term | None) -> bool:
    return term is not None and term.limit.unit == WORK_DAY and term.limit.value > 0


def _elapsed(run: Run, term: Term | None, days_before: int = 0) -> datetime | None:
    if term is None:
        return None
    return run.after_seconds(max(0, term.limit.value - days_before) * run.calendar.hours.seconds)


DEFAULT = RuleSet(
    "default",
    1,
    {"zh": "本平台默认规则", "en": "this platform's default"},
    default_case,
    default_procedure,
    {
        "warning": "promised_due - 2 work_day; promise <= 3: opening on the last day",
        "yellow": "after promised_due",
        "red": "after statutory_due",
        "warning_days": WARNING_DAYS,
        "short_promise": SHORT_PROMISE,
    },
)
MODEL_A = RuleSet(
    "model_a",
    1,
    {"zh": "模型A（按工作秒数向上取整）", "en": "model A (working seconds, rounded up)"},
    model_a_case,
    model_a_procedure,
    {"warning": "used - P >= -2", "yellow": "used - P >= 1", "red": "used - L >= 1"},
)
RULE_SETS: Mapping[str, RuleSet] = {rules.id: rules for rules in (DEFAULT, MODEL_A)}
