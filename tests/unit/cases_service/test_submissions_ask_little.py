"""What a submission asks other services, and what it may rely on without asking."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from cases_world import CITIZEN, FOOD, STRANGER, World, application

from services.cases.leases import ItemLeases
from services.cases.settings import CasesSettings
from shared.problems import Problem
from shared.security.actor import Actor
from shared.security.own_number import mark_key, number_mark
from shared.testing.waiting import await_that

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


def test_in_the_last_part_of_a_lease_one_asks_anew_and_the_others_go_on() -> None:
    clock, asked = Clock(), []

    def ask(code: str) -> dict[str, Any]:
        asked.append(leases.held(code))  # who comes meanwhile
        return {"version": len(asked)}

    leases = ItemLeases(0.5, clock)
    assert leases.held("A") is None
    leases.renewed("A", ask)
    clock.now += 0.29
    assert leases.held("A") == {"version": 1}
    clock.now += 0.02
    assert leases.held("A") is None, "sent to ask"
    assert leases.held("A") == leases.item("A", ask) == {"version": 1}
    assert leases.renewed("A", ask) == leases.held("A") == {"version": 2}
    assert leases.renewed("A", ask) == {"version": 2}, "who comes to it later need not ask again"
    assert asked == [None, {"version": 1}]
    clock.now += 0.49
    assert leases.held("A") is None, "the new lease's turn"
    assert leases.held("A") == {"version": 2}, "it holds to its end though nobody asked"
    clock.now += 0.02
    assert leases.held("A") is None


def test_who_waits_for_another_s_question_takes_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cases.leases._PATIENCE", 60.0)
    asked: list[str] = []
    came, go = Event(), Event()

    def ask(code: str) -> dict[str, Any]:
        asked.append(code)
        came.set()
        assert go.wait(60)
        return {"version": len(asked)}

    leases = ItemLeases(3600.0)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(leases.renewed, "A", ask)
        assert came.wait(60)
        others = [pool.submit(leases.renewed, "A", ask) for _ in range(3)]
        await_that(lambda: waiting_for_the_answer() == 3)
        go.set()
        assert [each.result(60) for each in (first, *others)] == [{"version": 1}] * 4
    assert asked == ["A"]


def waiting_for_the_answer() -> int:
    """Threads that stand at the lock."""
    return sum(frame.f_code.co_name == "_asked" for frame in sys._current_frames().values())


def test_a_refusal_is_asked_for_each_time(world: World) -> None:
    item = world.catalogue.items.pop(FOOD)
    for _ in range(2):
        assert refused(world, CITIZEN).errors[0].code == "unknown_item"
    world.catalogue.items[FOOD] = item
    assert world.submit()["case_no"]
