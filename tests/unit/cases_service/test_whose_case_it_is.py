"""Applicants see their own cases, staff their department's; for others a case does not exist."""

from __future__ import annotations

import pytest
from cases_world import (
    AGENT,
    APPROVER,
    CITIZEN,
    CLERK,
    COLLEAGUE,
    EXAMINER,
    NOTIFY,
    OTHER_CLERK,
    STRANGER,
    SUPERVISOR,
    World,
    application,
    enterprise_application,
)

from shared.problems import Problem


def refusal(call: object, *args: object, **params: object) -> Problem:
    with pytest.raises(Problem) as caught:
        call(*args, **params)  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize("operation", ["case", "timeline", "events", "clock", "exchange", "documents"])
def test_strangers_are_told_there_is_no_such_case(world: World, operation: str) -> None:
    no = world.submit()["case_no"]
    for actor in (STRANGER, OTHER_CLERK):
        assert refusal(world.call, operation, actor, no=no).status == 404


def test_a_case_that_is_not_there_looks_the_same(world: World) -> None:
    no = world.submit()["case_no"]
    hidden = refusal(world.call, "case", STRANGER, no=no)
    missing = refusal(world.call, "case", STRANGER, no="nothing")
    assert (hidden.status, hidden.code) == (missing.status, missing.code)


def test_strangers_act_on_nothing(world: World) -> None:
    no = world.submit()["case_no"]
    assert refusal(world.act, STRANGER, no, "withdraw").status == 404
    assert refusal(world.act, OTHER_CLERK, no, "accept").status == 404
    assert world.types(no) == ["case.submitted"]


def test_seeing_is_not_acting(world: World) -> None:
    no = world.submit()["case_no"]
    assert refusal(world.act, CITIZEN, no, "accept").status == 403
    assert refusal(world.act, EXAMINER, no, "decide", {"outcome": "granted"}).status == 403
    assert refusal(world.act, SUPERVISOR, no, "void", {"reason": "x"}).status == 403


def test_staff_of_a_department_can_not_withdraw_for_the_applicant(world: World) -> None:
    no = world.submit()["case_no"]
    assert refusal(world.act, CLERK, no, "withdraw").status == 403


def test_agents_of_one_enterprise_share_its_cases(world: World) -> None:
    no = world.submit(AGENT, enterprise_application())["case_no"]
    assert world.call("case", COLLEAGUE, no=no).value["applicant"]["name"] == "广安某某餐饮有限公司"
    world.project()
    assert [row["case_no"] for row in world.call("mine", COLLEAGUE).value["items"]] == [no]


def test_a_citizen_is_the_subject_of_their_case_whatever_they_write(world: World) -> None:
    body = application()
    body["applicant"]["subject_id"] = "acc-stranger"
    no = world.submit(body=body)["case_no"]
    assert world.call("case", CITIZEN, no=no).value["applicant"]["subject_id"] == CITIZEN.id
    assert refusal(world.call, "case", STRANGER, no=no).status == 404


def test_a_window_applies_for_somebody(world: World) -> None:
    body = application()
    body["applicant"]["subject_id"] = CITIZEN.id
    no = world.submit(CLERK, body)["case_no"]
    seen = world.call("case", CITIZEN, no=no).value
    assert seen["case"]["source"] == "window"


def test_supervisors_see_every_case_masked(world: World) -> None:
    no = world.submit()["case_no"]
    seen = world.call("case", SUPERVISOR, no=no).value
    assert seen["applicant"]["name"] == "王**"
    assert seen["applicant"]["id_no"] == "110105********002X"
    assert "138" in seen["applicant"]["phone"]
    assert "1234" in seen["applicant"]["phone"]
    assert "0000" not in seen["applicant"]["phone"]
    assert seen["form"] == {}
    assert seen["query_code"] is None


def test_a_transferred_case_is_seen_by_both_departments(world: World) -> None:
    no = world.submit()["case_no"]
    other = OTHER_CLERK.department_code
    world.act(CLERK, no, "transfer", {"to": {"department_code": other}, "reason": "职责调整"})
    assert world.call("case", OTHER_CLERK, no=no).value["handling_department_code"] == other
    assert world.call("case", CLERK, no=no).status == 200


def test_only_notify_learns_whom_to_call(world: World) -> None:
    no = world.submit()["case_no"]
    told = world.call("contacts", NOTIFY, {"cases": [no]}).value
    assert told[no]["applicant"]["phone"] == "13800001234"
    for actor in (CITIZEN, CLERK, APPROVER, SUPERVISOR):
        assert refusal(world.call, "contacts", actor, {"cases": [no]}).status == 403
