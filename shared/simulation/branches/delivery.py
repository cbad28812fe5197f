"""Getting the result: by courier, with originals that fail at first."""

from __future__ import annotations

from typing import Any

from shared.simulation.branches.branch import (
    DAY,
    HOUR,
    Life,
    any_form,
    begin,
    branch,
    finish,
    hand_over,
    promised,
)
from shared.simulation.handling import Handling


def _courier(item: dict[str, Any]) -> bool:
    return promised(item) and "courier" in item["delivery"]


def _verified_at_the_end(item: dict[str, Any]) -> bool:
    return promised(item) and any_form(item) == "original_verification"


@branch(_courier, ends="delivered")
def sent_by_courier(case: Handling) -> Life:
    yield from begin(case, delivery="courier")
    case.steps()
    case.decide()
    yield HOUR
    yield from finish(case, "courier")


@branch(_verified_at_the_end, ends="delivered")
def originals_failed_then_passed(case: Handling) -> Life:
    """A failed check withholds the result until it passes (CASE-14)."""
    yield from begin(case)
    case.steps()
    case.decide()
    yield HOUR
    case.issue("hall")
    yield DAY
    case.act("clerk", "verify-originals", result="failed", method="hall")
    yield DAY
    case.act("clerk", "verify-originals", result="passed", method="hall")
    yield from hand_over(case, "hall")
