"""Which cases a run holds, and when each begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from shared.clock import LEGAL_ZONE
from shared.simulation.branches import BRANCHES, Branch

OPENING, CLOSING = time(9), time(17)
_COMMON = 12
"""How much likelier the plain way is than each of the others, in a city's ordinary traffic."""
_ORDINARY = ("granted", "immediate_online", "immediate_on_the_spot")

Pair = tuple[Branch, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Planned:
    branch: Branch
    item: dict[str, Any]
    at: datetime


def every_branch(items: list[dict[str, Any]], at_least: int, start: datetime, seed: int) -> list[Planned]:
    """Each branch and each item that suits one, then what pairs there are besides, `at_least` cases in all.

    With as many cases as there are pairs, each branch is tried on each item it suits. Raises ValueError when
    some branch suits no item: then the run would not show what it claims.
    """
    pairs = [(branch, item) for branch in BRANCHES.values() for item in items if branch.suits(item)]
    missing = set(BRANCHES) - {branch.name for branch, _ in pairs}
    if missing:
        raise ValueError(f"no item suits the branches {sorted(missing)}")
    random = Random(seed)
    random.shuffle(pairs)
    first, others = _each_once(pairs)
    chosen = first + list(islice(cycle(others + first), max(0, at_least - len(first))))
    random.shuffle(chosen)
    moments = working_moments(start, timedelta(minutes=20))
    return [Planned(branch, item, at) for (branch, item), at in zip(chosen, moments, strict=False)]


def _each_once(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs that bring a branch or an item not met before, and the rest."""
    met: set[str] = set()
    first: list[Pair] = []
    others: list[Pair] = []
    for branch, item in pairs:
        names = {f"branch {branch.name}", f"item {item['code']}"}
        (others if names <= met else first).append((branch, item))
        met |= names
    return first, others


def city_days(
    items: list[dict[str, Any]], days: int, per_day: int, start: datetime, seed: int
) -> list[Planned]:
    """Ordinary traffic: mostly the plain way, everything else now and then. Same seed, same plan."""
    random = Random(seed)
    pairs = [(branch, item) for branch in BRANCHES.values() for item in items if branch.suits(item)]
    weights = [_COMMON if branch.name in _ORDINARY else 1 for branch, _ in pairs]
    planned = []
    for day in range(days):
        opens = datetime.combine(
            (start + timedelta(days=day)).astimezone(LEGAL_ZONE).date(), OPENING, LEGAL_ZONE
        )
        for _ in range(per_day):
            branch, item = random.choices(pairs, weights)[0]
            planned.append(Planned(branch, item, opens + timedelta(minutes=random.randrange(8 * 60))))
    return sorted(planned, key=lambda each: each.at)


def working_moments(start: datetime, apart: timedelta) -> Iterator[datetime]:
    """Moments in office hours of weekdays, for ever."""
    at = start.astimezone(LEGAL_ZONE)
    while True:
        if at.weekday() >= 5 or at.time() >= CLOSING:
            at = datetime.combine(at.date() + timedelta(days=1), OPENING, LEGAL_ZONE)
        elif at.time() < OPENING:
            at = datetime.combine(at.date(), OPENING, LEGAL_ZONE)
        else:
            yield at
            at += apart
