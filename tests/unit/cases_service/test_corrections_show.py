"""A correction of a closed case shows wherever it is read, from its moment on, and after a replay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cases_world import APPROVER, CITIZEN, CLERK, HEAD, NOTIFY, World
from test_case_from_application_to_delivery import run_to_completion

from services.cases import SERVICE
from shared.domain.case_number import case_stream
from shared.problems import Problem
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader


@pytest.fixture
def no(world: World) -> str:
    return str(run_to_completion(world)["case_no"])


def correct(world: World, no: str, type: str, **changes: Any) -> None:
    events = world.app.store.read_stream(case_stream(no))
    [wrong] = [event for event in events if event.type == type]
    body = {"corrects": str(wrong.id), "changes": changes, "reason": "录入有误", "released_by": HEAD.id}
    world.act(APPROVER, no, "correct", body)
    world.project()


def listed(world: World, **params: Any) -> dict[str, Any]:
    [row] = world.call("list", CLERK, **params).value["items"]
    return dict(row)


def test_the_case_the_list_and_the_messages_have_the_right_values(world: World, no: str) -> None:
    correct(world, no, "case.submitted", **{"applicant.name": "欧阳修文", "applicant.phone": "13911112222"})
    correct(world, no, "case.decided", decision_no="JD-99")
    case = world.call("case", CLERK, no=no).value
    assert (case["applicant"]["name"], case["applicant"]["phone"]) == ("欧阳修文", "13911112222")
    assert "JD-99" in [paper["no"] for paper in case["documents"]]
    assert listed(world)["applicant_masked"] == "欧***"
    told = world.call("contacts", NOTIFY, {"cases": [no]}).value
    assert told[no]["applicant"]["phone"] == "13911112222"


def test_the_log_and_the_history_keep_what_was_stated(world: World, no: str) -> None:
    before = world.call("events", CLERK, no=no).value["items"]
    correct(world, no, "case.submitted", **{"applicant.name": "欧阳修文"})
    after = world.call("events", CLERK, no=no).value["items"]
    assert after[:-1] == before
    assert after[-1]["type"] == "case.corrected"


def test_before_its_moment_the_case_stands_as_it_did(world: World, no: str) -> None:
    was, row = world.call("case", CLERK, no=no).value["applicant"], listed_after_projection(world)
    then = world.clock.now()
    world.clock.advance_to(then + timedelta(hours=1))
    correct(world, no, "case.submitted", **{"applicant.name": "欧阳修文"})
    assert world.call("case", CLERK, no=no, as_of=then).value["applicant"] == was
    assert listed(world, as_of=then)["applicant_masked"] == row["applicant_masked"] != "欧***"
    assert listed(world)["applicant_masked"] == "欧***"


def listed_after_projection(world: World) -> dict[str, Any]:
    world.project()
    return listed(world)


@pytest.mark.parametrize("name", ["work_list", "progress"])
def test_a_replay_gives_the_same_rows(world: World, no: str, name: str) -> None:
    correct(world, no, "case.submitted", **{"applicant.name": "欧阳修文"})
    model = next(model for model in SERVICE.read_models if model.name == name)
    done = rebuild(world.db, model, {"cases": local_reader(world.app.store)}, afresh=True)
    assert done.changed == ()
    assert listed(world)["applicant_masked"] == "欧***"


@pytest.mark.parametrize(
    "changes", [{"case": {"department_code": "x"}}, {"applicant.subject_id": "x"}, {"applicant.name": 7}]
)
def test_what_no_correction_changes_is_refused_by_its_path(
    world: World, no: str, changes: dict[str, Any]
) -> None:
    before = world.types(no)
    with pytest.raises(Problem) as caught:
        correct(world, no, "case.submitted", **changes)
    assert [each.code for each in caught.value.errors] == ["not_correctable"]
    assert caught.value.errors[0].field.startswith("changes.")
    assert world.types(no) == before


def test_whose_case_it_is_stays(world: World, no: str) -> None:
    correct(world, no, "case.submitted", **{"applicant.name": "欧阳修文"})
    assert [row["case_no"] for row in world.call("mine", CITIZEN).value["items"]] == [no]
