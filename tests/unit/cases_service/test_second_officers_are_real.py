"""Where two must act, the second is a colleague who may do it: identity is asked, the body not believed."""

from __future__ import annotations

from typing import Any

import pytest
from cases_world import (
    APPROVER,
    CLERK,
    EXAMINER,
    FOOD,
    HEAD,
    OTHER_HEAD,
    STRANGER,
    World,
    application,
)
from test_case_from_application_to_delivery import run_to_completion

from services.cases.streams import case_stream
from shared.problems import Problem


def correction(world: World, no: str, released_by: Any) -> dict[str, Any]:
    events = world.app.store.read_stream(case_stream(no))
    return {
        "corrects": str(events[-1].id),
        "changes": {"certificate": {"validity": "3年"}},
        "reason": "录入有误",
        "released_by": released_by,
    }


@pytest.mark.parametrize(
    "second", ["nobody", CLERK.id, OTHER_HEAD.id, STRANGER.id, {"id": "x", "name": "张"}]
)
def test_a_correction_is_released_by_nobody_but_an_approver_of_the_department(
    world: World, second: Any
) -> None:
    no = run_to_completion(world)["case_no"]
    before = world.types(no)
    with pytest.raises(Problem) as caught:
        world.act(APPROVER, no, "correct", correction(world, no, second))
    assert [(e.field, e.code) for e in caught.value.errors] == [("released_by", "no_such_officer")]
    assert world.types(no) == before


def test_nobody_releases_their_own_correction(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    with pytest.raises(Problem) as caught:
        world.act(APPROVER, no, "correct", correction(world, no, APPROVER.id))
    assert caught.value.code == "release_by_same"


def test_the_name_stored_is_the_accounts_own(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    world.act(APPROVER, no, "correct", correction(world, no, {"id": HEAD.id, "name": "冒名"}))
    stored = world.app.store.read_stream(case_stream(no))[-1]
    assert stored.type == "case.corrected"
    assert stored.data["released_by"]["name"] == HEAD.name


def test_a_retry_asks_nobody(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    body = correction(world, no, HEAD.id)
    first = world.act(APPROVER, no, "correct", body, key="k").value
    del world.identity.posts[HEAD.id]
    assert world.act(APPROVER, no, "correct", body, key="k").value == first


@pytest.mark.parametrize(
    ("second", "code"), [("nobody", "no_such_officer"), (CLERK.id, "no_such_officer"), (APPROVER.id, None)]
)
def test_a_step_for_two_is_done_by_two(world: World, second: str, code: str | None) -> None:
    steps = world.catalogue.items[FOOD]["steps"]
    next(step for step in steps if step["name"] == "审查")["min_staff"] = 2
    no = world.submit(body=application())["case_no"]
    world.act(CLERK, no, "accept")
    body = {"step": "审查", "action": "passed", "opinion": "符合", "co_officer": {"id": second}}
    if code is None:
        world.act(EXAMINER, no, "record-step", body)
        assert world.app.store.read_stream(case_stream(no))[-1].data["co_officer"]["name"] == APPROVER.name
        return
    with pytest.raises(Problem) as caught:
        world.act(EXAMINER, no, "record-step", body)
    assert [(e.field, e.code) for e in caught.value.errors] == [("co_officer", code)]
