"""Refusals come in one order: the role, whether there is such a case, its version, the body, the state."""

from __future__ import annotations

from typing import Any

import pytest
from cases_world import CITIZEN, CLERK, EXAMINER, OTHER_CLERK, STRANGER, World

from shared.contracts.cases import ACTIONS
from shared.problems import Problem

WRONG = {"nonsense": 1}


def refusal(world: World, actor: Any, no: str, action: str, body: Any = None, **marks: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        world.act(actor, no, action, body, **marks)
    return caught.value


def test_without_the_role_a_case_and_none_look_the_same(world: World) -> None:
    no = world.submit()["case_no"]
    for body in ({}, WRONG):
        told = [refusal(world, CITIZEN, each, "decide", body) for each in (no, "none")]
        told += [refusal(world, OTHER_CLERK, each, "decide", body) for each in (no, "none")]
        assert {(problem.status, problem.detail) for problem in told} == {(403, told[0].detail)}


@pytest.mark.parametrize("body", [{}, WRONG])
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_somebody_elses_case_and_none_look_the_same(world: World, action: str, body: dict[str, Any]) -> None:
    no = world.submit()["case_no"]
    for actor in (STRANGER, OTHER_CLERK):
        hidden = refusal(world, actor, no, action, body, if_match=7).as_dict()
        missing = refusal(world, actor, "none", action, body, if_match=7).as_dict()
        assert hidden | {"detail": ""} == missing | {"detail": ""}
        assert hidden["detail"].replace(no, "none") == missing["detail"]
        assert hidden["status"] in (403, 404)
    assert world.types(no) == ["case.submitted"]


def test_a_stale_version_is_told_before_the_body(world: World) -> None:
    no = world.submit()["case_no"]
    assert refusal(world, CLERK, no, "pre-review", WRONG, if_match=9).status == 412


def test_the_body_is_told_before_the_state(world: World) -> None:
    no = world.submit()["case_no"]
    assert refusal(world, CLERK, no, "deliver", WRONG).status == 422
    assert refusal(world, CLERK, no, "deliver", {"method": "hall"}).status == 409


def test_a_refused_action_may_be_sent_again_under_its_key(world: World) -> None:
    """A refusal stores nothing, the key neither."""
    no = world.submit()["case_no"]
    assert refusal(world, EXAMINER, no, "claim", WRONG, key="k").status == 422
    world.act(CLERK, no, "accept")
    assert world.act(EXAMINER, no, "claim", key="k").value["status"] == "accepted"
