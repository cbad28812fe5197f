"""A past moment is read as it was read then: one case, its history, its clock, and the work list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from cases_world import (
    APPROVER,
    CITIZEN,
    CLERK,
    EXAMINER,
    HEAD,
    LONG,
    OTHER_CLERK,
    QUICK,
    START,
    STRANGER,
    SUPERVISOR,
    World,
    application,
)

from services.cases.queries import as_of
from shared.problems import Problem

QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"status": "accepted"},
    {"clock": "normal"},
    {"clock": "red"},
    {"assignee": "none"},
    {"item": LONG},
    {"q": "食品"},
    {"due_before": (START + timedelta(days=10)).isoformat()},
)
STEP = timedelta(hours=31)
"""Between two acts, so that a walk of a dozen passes due dates."""


def said(world: World, actor: Any, question: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    """The whole list, page by page."""
    found, after = [], ""
    while True:
        asked = {**question, **more, "limit": "2"} | ({"after": after} if after else {})
        page = world.call("list", actor, **asked).value
        found += page["items"]
        after = page["next"]
        if not after:
            return found


def case_said(world: World, no: str, **more: Any) -> dict[str, Any]:
    """Without what is only for now: buttons, and the word that it is the past."""
    value = world.call("case", CLERK, no=no, **more).value
    return {name: part for name, part in value.items() if name not in ("allowed_actions", "as_of")}


ACTS = {
    "submit": lambda world, no: world.submit()["case_no"],
    "submit_long": lambda world, no: world.submit(CLERK, application(LONG))["case_no"],
    "accept": lambda world, no: world.act(CLERK, no, "accept"),
    "claim": lambda world, no: world.act(EXAMINER, no, "claim"),
    "step": lambda world, no: world.act(
        EXAMINER, no, "record-step", {"step": "审查", "action": "passed", "opinion": "符合"}
    ),
    "suspend": lambda world, no: world.act(
        EXAMINER, no, "start-special-procedure",
        {"type": "B", "name": "听证", "reason": "申请听证", "limit_days": 20, "approver": "负责人"},
    ),
    "withdraw": lambda world, no: world.act(CITIZEN, no, "withdraw"),
    "decide": lambda world, no: world.act(
        APPROVER, no, "decide", {"outcome": "granted", "decision_no": "D-1"}
    ),
    "wait": lambda world, no: None,
}  # fmt: skip


def one_act(world: World, dice: Random, numbers: list[str]) -> tuple[str, Any]:
    """The first act, in a random order, that the state of a random case allows."""
    for act in dice.sample(sorted(ACTS), len(ACTS)):
        try:
            return act, ACTS[act](world, dice.choice(numbers))
        except Problem as refused:
            assert refused.status in (403, 404, 409, 422)
    raise AssertionError("a submission is always possible")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_past_says_at_every_moment_what_was_said_then(world: World, seed: int) -> None:
    """A random walk over acts and cases. What the live reads say after each act is kept, and asked again
    at the end."""
    dice = Random(seed)
    numbers = [world.submit()["case_no"]]
    kept: list[tuple[str, Any]] = []
    done = set()
    for _ in range(24):
        act, made = one_act(world, dice, numbers)
        done.add(act)
        if act.startswith("submit"):
            numbers.append(made)
        world.project()
        lists = [said(world, SUPERVISOR, question) for question in QUESTIONS]
        kept.append((world.clock.now().isoformat(), (lists, {no: case_said(world, no) for no in numbers})))
        world.clock.advance_to(world.clock.now() + STEP)
    assert len(done) > 5
    for moment, (lists, cases) in kept:
        assert [said(world, SUPERVISOR, each, as_of=moment) for each in QUESTIONS] == lists
        assert {no: case_said(world, no, as_of=moment) for no in cases} == cases


@pytest.fixture
def moved(world: World) -> Iterator[tuple[World, str, str]]:
    """A case that was submitted, and accepted an hour later; and the moment in between."""
    no = world.submit()["case_no"]
    world.clock.advance_to(START + timedelta(hours=1))
    world.act(CLERK, no, "accept")
    world.project()
    yield world, no, (START + timedelta(minutes=30)).isoformat()


def test_history_events_and_clock_end_there_too(moved: tuple[World, str, str]) -> None:
    world, no, moment = moved
    for operation in ("timeline", "events"):
        items = world.call(operation, CLERK, no=no, as_of=moment).value["items"]
        assert [each["type"] for each in items] == ["case.submitted"]
    assert world.call("clock", CLERK, no=no, as_of=moment).value["state"] == "not_started"
    assert world.call("clock", CLERK, no=no).value["state"] == "running"


def test_a_stranger_sees_no_more_of_the_past_than_of_the_present(moved: tuple[World, str, str]) -> None:
    world, no, moment = moved
    for actor in (STRANGER, OTHER_CLERK):
        with pytest.raises(Problem) as caught:
            world.call("case", actor, no=no, as_of=moment)
        assert caught.value.status == 404
    assert said(world, OTHER_CLERK, {}, as_of=moment) == []
    with pytest.raises(Problem) as caught:
        world.call("list", CITIZEN, as_of=moment)
    assert caught.value.status == 403


def test_what_is_not_yours_any_more_is_not_yours_to_look_at(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "accept")
    moment = world.clock.now().isoformat()
    world.clock.advance_to(START + timedelta(hours=1))
    other = {"id": OTHER_CLERK.id, "department_code": OTHER_CLERK.department_code}
    world.act(HEAD, no, "transfer", {"to": other, "reason": "职责划转"})
    world.project()
    assert [row["case_no"] for row in said(world, OTHER_CLERK, {}, as_of=moment)] == [no]
    [row] = said(world, SUPERVISOR, {}, as_of=moment)
    assert row["status"] == "accepted"


def test_ones_own_cases_as_they_stood(world: World) -> None:
    no = world.submit()["case_no"]
    moment = world.clock.now().isoformat()
    world.clock.advance_to(START + timedelta(hours=1))
    world.act(CLERK, no, "accept")
    world.submit()
    world.project()
    now = world.call("mine", CITIZEN).value["items"]
    assert {row["case_no"]: row["status"] for row in now}[no] == "accepted"
    then = world.call("mine", CITIZEN, as_of=moment).value["items"]
    assert [(row["case_no"], row["status"]) for row in then] == [(no, "submitted")]
    assert world.call("mine", CITIZEN, as_of=moment, status="accepted").value["items"] == []
    assert world.call("mine", STRANGER, as_of=moment).value["items"] == []


def test_a_moment_to_come_is_refused(moved: tuple[World, str, str]) -> None:
    world, no, _ = moved
    moment = (world.clock.now() + timedelta(seconds=1)).isoformat()
    for operation, params in (("case", {"no": no}), ("list", {})):
        with pytest.raises(Problem) as caught:
            world.call(operation, CLERK, **params, as_of=moment)
        assert (caught.value.status, caught.value.errors[0].code) == (422, "in_the_future")


def test_before_the_first_case_there_is_nothing(moved: tuple[World, str, str]) -> None:
    world, _, _ = moved
    assert said(world, SUPERVISOR, {}, as_of=(START - timedelta(seconds=1)).isoformat()) == []


def test_a_page_looks_at_a_bounded_number_and_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten cases of which the oldest fits: a page that looks at four is empty and leads on."""
    monkeypatch.setattr(as_of, "AT_ONCE", 2)
    monkeypatch.setattr(as_of, "AT_MOST", 4)
    first = world.submit()["case_no"]
    for _ in range(9):
        world.clock.advance_to(world.clock.now() + timedelta(minutes=1))
        world.submit(CLERK, application(QUICK))
    moment = world.clock.now().isoformat()
    world.project()
    page = world.call("list", SUPERVISOR, q="食品", as_of=moment).value
    assert (page["items"], bool(page["next"])) == ([], True)
    assert [row["case_no"] for row in said(world, SUPERVISOR, {"q": "食品"}, as_of=moment)] == [first]


def test_the_list_and_the_colour_are_of_then(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "accept")
    moment = world.clock.now().isoformat()
    world.clock.advance_to(START + timedelta(days=40))
    world.project()
    assert [row["colour"] for row in said(world, SUPERVISOR, {})] == ["red"]
    assert [row["colour"] for row in said(world, SUPERVISOR, {}, as_of=moment)] == ["normal"]
    assert said(world, SUPERVISOR, {"clock": "red"}, as_of=moment) == []
