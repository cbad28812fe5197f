"""What a figure says: a value, what it is compared with, and what was wanted of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Result:
    """`ratio` is ours to the reference's, both medians. `target` says what is wanted, `met` whether it is
    so in this run (None where nothing is wanted)."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    target: str
    conditions: str
    met: bool | None = None

    def line(self) -> str:
        beside = "" if self.ratio is None else f"  {self.ratio:.2f} of {self.reference:,.1f}"
        said = {True: "there", False: "NOT THERE", None: "no target"}[self.met]
        return f"{self.name:<58} {self.value:>12,.1f} {self.unit:<9}{beside}  ({said}: {self.target})"


def compared(
    name: str,
    unit: str,
    ours: Sequence[float],
    reference: Sequence[float],
    *,
    conditions: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Result:
    """Medians of the rounds of both, and the bound that their ratio should keep."""
    value, other = median(ours), median(reference)
    ratio = value / other
    wanted, met = _bound(ratio, at_least, at_most, "ratio ")
    return Result(name, round(value, 1), unit, round(other, 1), round(ratio, 3), wanted, conditions, met)


def absolute(
    name: str,
    value: float,
    unit: str,
    *,
    conditions: str,
    at_least: float | None = None,
    at_most: float | None = None,
) -> Result:
    """A value that nothing of the same run is a reference for: a latency, a size."""
    wanted, met = _bound(value, at_least, at_most, "", f" {unit}")
    return Result(name, round(value, 2), unit, None, None, wanted, conditions, met)


def _bound(
    value: float, at_least: float | None, at_most: float | None, before: str, after: str = ""
) -> tuple[str, bool | None]:
    if at_least is not None:
        return f"{before}>= {at_least:g}{after}", value >= at_least
    if at_most is not None:
        return f"{before}<= {at_most:g}{after}", value <= at_most
    return "none", None
