"""What a submission asks other services, and what it may rely on without asking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cases_world import CITIZEN, FOOD, STRANGER, World, application

from services.cases.leases import ItemLeases
from services.cases.settings import CasesSettings
from shared.problems import Problem
from shared.security.actor import Actor
from shared.security.own_number import mark_key, number_mark

KEY = mark_key("the services' secret")


@pytest.fixture
def marked(world: World) -> World:
    world.app.settings = CasesSettings(mark_key=KEY)
    return world


def signed_in(world: World, who: Actor = CITIZEN) -> Actor:
    return replace(who, number_mark=number_mark(KEY, who.id, world.identity.numbers[who.id]))


def refused(world: World, actor: Actor, body: dict[str, Any] | None = None) -> Problem:
    with pytest.raises(Problem) as caught:
        world.submit(actor, body or application())
    return caught.value


def test_the_token_says_whose_number_it_is_and_one_question_serves_a_while(marked: World) -> None:
    for _ in range(3):
        marked.submit(signed_in(marked))
    assert (marked.identity.asked, marked.catalogue.asked) == (0, 1)


def test_a_mark_of_another_account_or_key_is_none(marked: World) -> None:
    number = marked.identity.numbers[CITIZEN.id]
    for mark in (number_mark(KEY, CITIZEN.id, number), number_mark(KEY + b"x", STRANGER.id, number), ""):
        assert refused(marked, replace(STRANGER, number_mark=mark)).errors[0].code == "not_yours"
    assert marked.identity.asked == 3, "identity has the last word"


def test_a_person_who_was_erased_does_not_apply_with_an_old_token(marked: World) -> None:
    with marked.db.transaction() as cursor:
        cursor.execute("INSERT INTO vault.erased (subject, erased_at) VALUES (%s, now())", (CITIZEN.id,))
    marked.identity.numbers[CITIZEN.id] = "已删除"
    mark = number_mark(KEY, CITIZEN.id, application()["applicant"]["id_no"])
    assert refused(marked, replace(CITIZEN, number_mark=mark)).errors[0].code == "not_yours"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_lease_ends_counted_from_before_the_question() -> None:
    clock, asked = Clock(), []

    def ask(code: str) -> dict[str, Any]:
        asked.append(code)
        clock.now += 0.4  # a slow answer
        return {"code": code, "version": len(asked), "steps": []}

    leases = ItemLeases(0.5, clock)
    assert leases.item("A", ask)["version"] == 1
    clock.now += 0.09
    leases.item("A", ask)["steps"].append("a reader's own")
    assert leases.item("A", ask) == {"code": "A", "version": 1, "steps": []}
    assert leases.item("B", ask)["version"] == 2
    assert leases.item("A", ask)["version"] == 3, "0.49 s for B's question and the answer were too much"


def test_a_refusal_is_asked_for_each_time(world: World) -> None:
    item = world.catalogue.items.pop(FOOD)
    for _ in range(2):
        assert refused(world, CITIZEN).errors[0].code == "unknown_item"
    world.catalogue.items[FOOD] = item
    assert world.submit()["case_no"]
