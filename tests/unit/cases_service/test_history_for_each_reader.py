"""The same history, told to each reader as far as it is theirs."""

from __future__ import annotations

import json

import pytest
from cases_world import CITIZEN, CLERK, EXAMINER, SUPERVISOR, World, application

from shared.problems import Problem
from shared.security.actor import ANONYMOUS


def handled(world: World) -> dict[str, str]:
    submitted = world.submit()
    no = submitted["case_no"]
    world.act(CLERK, no, "accept")
    world.act(EXAMINER, no, "claim")
    world.act(EXAMINER, no, "record-step", {"step": "审查", "action": "passed", "opinion": "符合条件"})
    world.project()
    return submitted


def test_staff_see_what_is_internal_and_applicants_do_not(world: World) -> None:
    no = handled(world)["case_no"]
    of_staff = [entry["type"] for entry in world.call("timeline", CLERK, no=no).value["items"]]
    of_citizen = [entry["type"] for entry in world.call("timeline", CITIZEN, no=no).value["items"]]
    assert of_staff == ["case.submitted", "case.accepted", "case.claimed", "case.step_recorded"]
    assert of_citizen == ["case.submitted", "case.accepted", "case.step_recorded"]


def test_entries_name_actor_title_and_words(world: World) -> None:
    no = handled(world)["case_no"]
    entry = world.call("timeline", CITIZEN, no=no).value["items"][-1]
    assert entry["title"] == "办理环节"
    assert entry["actor"]["name"] == EXAMINER.name
    assert {"key": "opinion", "text": "符合条件"} in entry["texts"]
    assert {"key": "action", "text": "通过"} in entry["texts"]
    assert (
        world.call("timeline", CITIZEN, no=no, language="en").value["items"][0]["title"]
        == "Application submitted"
    )


def test_a_special_procedure_names_who_asked_for_it(world: World) -> None:
    no = handled(world)["case_no"]
    asked = {"type": "B", "name": "听证", "reason": "利害关系人申请", "limit_days": 10, "approver": "负责人"}
    world.act(EXAMINER, no, "start-special-procedure", asked)
    world.project()
    entry = world.call("timeline", CITIZEN, no=no).value["items"][-1]
    assert entry["type"] == "case.special_procedure_started"
    assert entry["actor"] == {
        "id": EXAMINER.id, "name": EXAMINER.name, "department": EXAMINER.department_name,
    }  # fmt: skip


def test_events_are_whole_for_the_department_and_published_for_others(world: World) -> None:
    no = handled(world)["case_no"]
    whole = world.call("events", CLERK, no=no).value["items"]
    reduced = world.call("events", SUPERVISOR, no=no).value["items"]
    assert [event["version"] for event in whole] == [event["version"] for event in reduced] == [1, 2, 3, 4]
    assert whole[0]["data"]["applicant"]["name"] == "王小明"
    shown = json.dumps(reduced, ensure_ascii=False)
    for secret in ("王小明", "11010519491231002X", "13800001234", "某路1号", handled_code(whole)):
        assert secret not in shown


def handled_code(events: list[dict[str, dict[str, str]]]) -> str:
    return events[0]["data"]["query_code"]


def test_the_public_sees_progress_with_both_numbers_and_no_name(world: World) -> None:
    submitted = handled(world)
    value = world.call(
        "progress", ANONYMOUS, case_no=submitted["case_no"], query_code=submitted["query_code"].lower()
    ).value
    assert value["applicant_masked"] == "王**"
    assert value["status"] == "in_process"
    assert [step["type"] for step in value["steps"]] == [
        "case.submitted",
        "case.accepted",
        "case.step_recorded",
    ]
    shown = json.dumps(value, ensure_ascii=False)
    for secret in ("王小明", EXAMINER.name, "符合条件"):
        assert secret not in shown


def test_a_wrong_query_code_is_no_case(world: World) -> None:
    submitted = handled(world)
    for case_no, code in ((submitted["case_no"], "WRONG"), ("nothing", submitted["query_code"])):
        with pytest.raises(Problem) as caught:
            world.call("progress", ANONYMOUS, case_no=case_no, query_code=code)
        assert caught.value.status == 404


def test_the_clock_gives_its_reasons(world: World) -> None:
    no = handled(world)["case_no"]
    value = world.call("clock", CITIZEN, no=no).value
    assert value["state"] == "running"
    assert value["promised"]["due_on"] == "2026-03-11"
    assert value["reasons"]


def test_delivery_address_is_hidden_from_those_who_only_supervise(world: World) -> None:
    delivery = {"method": "courier", "address": "广安市广安区某路1号"}
    no = world.submit(body=application(delivery=delivery))["case_no"]
    assert world.call("case", CITIZEN, no=no).value["delivery"]["address"] == "广安市广安区某路1号"
    assert world.call("case", SUPERVISOR, no=no).value["delivery"] == {"method": "courier"}
