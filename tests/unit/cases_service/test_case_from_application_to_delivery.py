"""A case runs from the application to the delivery, and every reader sees it."""

from __future__ import annotations

from cases_world import APPROVER, CITIZEN, CLERK, EXAMINER, HEAD, QUICK, SUPERVISOR, World, application


def run_to_completion(world: World) -> dict[str, str]:
    submitted = world.submit()
    no = submitted["case_no"]
    world.act(CLERK, no, "accept")
    world.act(EXAMINER, no, "claim")
    world.act(EXAMINER, no, "record-step", {"step": "审查", "action": "passed", "opinion": "符合"})
    world.act(APPROVER, no, "decide", {"outcome": "granted"})
    world.act(CLERK, no, "complete", {"certificate": {"name": "食品经营许可证", "validity": "5年"}})
    return submitted


def test_submission_answers_numbers_and_status(world: World) -> None:
    answer = world.call("submit", CITIZEN, application())
    assert answer.status == 201
    assert answer.version == 1
    assert answer.token
    value = answer.value
    assert value["status"] == "submitted"
    assert value["case_no"] == "11511602MB1A2B3C4X4511602001000" + "20260302" + "0001"
    assert len(value["case_no"]) == 43
    assert len(value["query_code"]) == 8
    assert value["receipt_no"]


def test_a_promised_case_is_delivered(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    world.act(CLERK, no, "announce-result")
    answer = world.act(CLERK, no, "deliver", {"method": "hall", "collector": "王小明"})
    assert answer.value["status"] == "delivered"
    assert world.types(no) == [
        "case.submitted", "case.accepted", "case.claimed", "case.step_recorded", "case.decided",
        "case.completed", "case.result_ready", "case.delivered",
    ]  # fmt: skip


def test_an_immediate_case_is_completed_in_one_counter_action(world: World) -> None:
    no = world.submit(body=application(QUICK))["case_no"]
    answer = world.act(CLERK, no, "complete", {"certificate": {"name": "营业执照"}})
    assert world.types(no) == ["case.submitted", "case.accepted", "case.decided", "case.completed"]
    assert answer.value["status"] == "completed"
    assert set(answer.value["numbers"]) == {"document_no", "decision_no", "certificate_no"}


def test_an_immediate_case_that_was_accepted_first_gets_its_decision_number(world: World) -> None:
    no = world.submit(body=application(QUICK))["case_no"]
    world.act(CLERK, no, "accept")
    answer = world.act(CLERK, no, "complete")
    assert world.types(no) == ["case.submitted", "case.accepted", "case.decided", "case.completed"]
    assert answer.value["numbers"] == {"decision_no": "11511602MB1A2B3C4X-JD-2026-000001"}


def test_a_decided_immediate_case_keeps_its_decision_number(world: World) -> None:
    no = world.submit(body=application(QUICK))["case_no"]
    world.act(CLERK, no, "accept")
    world.act(APPROVER, no, "decide", {"outcome": "granted"})
    assert world.act(CLERK, no, "complete").value["numbers"] == {}
    counted = world.db.fetch("SELECT last FROM document_counter WHERE kind = 'decision'")
    assert counted == [{"last": 1}]


def test_buttons_are_those_of_state_and_person(world: World) -> None:
    no = world.submit()["case_no"]
    of_clerk = world.call("case", CLERK, no=no).value["allowed_actions"]
    of_citizen = world.call("case", CITIZEN, no=no).value["allowed_actions"]
    assert "accept" in of_clerk
    assert "withdraw" not in of_clerk
    assert "withdraw" in of_citizen
    assert "accept" not in of_citizen
    assert world.call("case", SUPERVISOR, no=no).value["allowed_actions"] == []


def test_a_department_head_may_do_both(world: World) -> None:
    no = world.submit()["case_no"]
    assert world.act(HEAD, no, "accept").value["status"] == "accepted"


def test_papers_are_listed_with_their_numbers(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    papers = world.call("documents", CITIZEN, no=no).value["items"]
    assert [paper["kind"] for paper in papers] == ["receipt", "acceptance", "decision", "certificate"]
    assert all(paper["no"] for paper in papers)


def test_a_rating_after_completion(world: World) -> None:
    no = run_to_completion(world)["case_no"]
    world.act(CITIZEN, no, "rate", {"score": 5})
    assert world.types(no)[-1] == "case.rated"
