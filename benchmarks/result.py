"""What a benchmark says, and how two candidates take turns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """`ratio` is ours to the reference's, both medians; `target` is the ratio or value we want."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    target: str
    conditions: str

    def line(self) -> str:
        beside = "" if self.ratio is None else f"  {self.ratio:.2f} of {self.reference:,.0f}"
        return f"{self.name:<34} {self.value:>12,.1f} {self.unit:<10}{beside}  (target: {self.target})"


def take_turns(ours: Callable[[], float], reference: Callable[[], float]) -> tuple[float, float]:
    """Medians of `ROUNDS` rounds each, in turns, after one of each that doesn't count."""
    ours(), reference()
    rounds = [(ours(), reference()) for _ in range(ROUNDS)]
    return median(own for own, _ in rounds), median(other for _, other in rounds)


def compared(
    name: str,
    unit: str,
    ours: Callable[[], float],
    reference: Callable[[], float],
    *,
    target: str,
    conditions: str,
) -> Result:
    value, limit = take_turns(ours, reference)
    return Result(name, round(value, 1), unit, round(limit, 1), round(value / limit, 3), target, conditions)
