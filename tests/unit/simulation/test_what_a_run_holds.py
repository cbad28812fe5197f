"""Which cases a demo and a simulated city hold."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from shared.clock import LEGAL_ZONE
from shared.service.spec import installed_services
from shared.simulation.branches import BRANCHES
from shared.simulation.plan import Planned, city_days, every_branch

MONDAY = datetime(2026, 3, 2, 9, tzinfo=LEGAL_ZONE)


@pytest.fixture(scope="module")
def items() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = installed_services()["catalogue"].extra["demo"]()["items"]
    return found


def names(plan: list[Planned]) -> list[tuple[str, str]]:
    return [(planned.branch.name, planned.item["code"]) for planned in plan]


def test_the_smallest_demo_has_every_branch_and_every_item(items: list[dict[str, Any]]) -> None:
    plan = names(every_branch(items, 1, MONDAY, seed=1))
    assert {branch for branch, _ in plan} == set(BRANCHES)
    assert {item for _, item in plan} == {item["code"] for item in items}
    assert len(plan) < len(BRANCHES) + len(items)


def test_a_whole_demo_tries_every_branch_on_every_item_it_suits(items: list[dict[str, Any]]) -> None:
    plan = names(every_branch(items, 350, MONDAY, seed=1))
    pairs = {
        (name, item["code"]) for name, branch in BRANCHES.items() for item in items if branch.suits(item)
    }
    assert len(plan) == 350
    assert set(plan) == pairs


def test_a_branch_that_suits_no_item_is_named(items: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="no item suits the branches"):
        every_branch(items[:1], 10, MONDAY, seed=1)


def test_the_same_seed_gives_the_same_city(items: list[dict[str, Any]]) -> None:
    first, second, other = (city_days(items, 3, 10, MONDAY, seed) for seed in (1, 1, 2))
    assert first == second
    assert names(first) != names(other)
    assert len(first) == 30
