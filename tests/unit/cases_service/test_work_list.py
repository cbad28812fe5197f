"""Lists show whose they are, filter, page, and colour by the clock of the moment they are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from cases_world import (
    APPROVER,
    CITIZEN,
    CLERK,
    EXAMINER,
    LONG,
    OPERATOR,
    OTHER_CLERK,
    QUICK,
    START,
    STRANGER,
    SUPERVISOR,
    World,
    application,
)

from services.cases.settings import CasesSettings
from shared.clock import LEGAL_ZONE
from shared.problems import Problem


def numbers(world: World, actor: Any = CLERK, operation: str = "list", **params: Any) -> list[str]:
    return [row["case_no"] for row in world.call(operation, actor, **params).value["items"]]


def test_staff_see_their_departments_and_supervisors_all(world: World) -> None:
    no = world.submit()["case_no"]
    world.project()
    assert numbers(world, CLERK) == [no]
    assert numbers(world, OTHER_CLERK) == []
    assert numbers(world, SUPERVISOR) == [no]
    assert numbers(world, OPERATOR) == [no]


def test_a_row_says_what_the_desk_needs_and_no_name(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "accept")
    world.act(EXAMINER, no, "claim")
    world.project()
    (row,) = world.call("list", CLERK).value["items"]
    assert row["applicant_masked"] == "王**"
    assert row["subject_id"] == CITIZEN.id
    assert (row["status"], row["assignee"], row["current_step"]) == ("accepted", EXAMINER.id, "审查")
    assert (row["clock_state"], row["colour"]) == ("running", "normal")
    assert datetime.fromisoformat(row["promised_due_at"]) == datetime(2026, 3, 11, 17, tzinfo=LEGAL_ZONE)
    assert datetime.fromisoformat(row["statutory_due_at"]) == datetime(2026, 3, 16, 17, tzinfo=LEGAL_ZONE)
    assert row["version"] == 3


def test_filters(world: World) -> None:
    first = world.submit()["case_no"]
    second = world.submit(CLERK, application(LONG))["case_no"]
    world.act(CLERK, first, "accept")
    world.act(EXAMINER, first, "claim")
    world.project()
    assert numbers(world, status="accepted") == [first]
    assert numbers(world, item=LONG) == [second]
    assert numbers(world, source="window") == [second]
    assert numbers(world, assignee="none") == [second]
    assert numbers(world, EXAMINER, assignee="me") == [first]
    assert numbers(world, q=first[-20:]) == [first]
    assert numbers(world, q="100%") == []
    assert numbers(world, department="elsewhere") == []
    assert numbers(world, due_before="2026-03-12T00:00:00+08:00") == [first]
    assert numbers(world, due_before="2026-03-11T00:00:00+08:00") == []


def test_the_colour_is_that_of_now(world: World) -> None:
    no = world.submit()["case_no"]
    world.act(CLERK, no, "accept")
    world.project()
    colours = []
    for day in (2, 11, 12, 17):
        world.clock.advance_to(datetime(2026, 3, day, 18, tzinfo=LEGAL_ZONE))
        (row,) = world.call("list", CLERK).value["items"]
        colours.append(row["colour"])
        assert row["colour"] == world.call("clock", CLERK, no=no).value["colour"]
        assert numbers(world, clock=row["colour"]) == [no]
    assert colours[0] == "normal"
    assert colours[-1] == "red"
    assert colours == sorted(colours, key=["normal", "warning", "yellow", "red"].index)


def test_pages_hold_while_new_cases_come_in(world: World) -> None:
    made = []
    for _ in range(5):
        made.append(world.submit()["case_no"])
        world.clock.advance_to(world.clock.now() + timedelta(minutes=1))
    world.project()
    first = world.call("list", CLERK, limit="2").value
    world.submit()
    world.project()
    second = world.call("list", CLERK, limit="2", after=first["next"]).value
    third = world.call("list", CLERK, limit="2", after=second["next"]).value
    pages = [row["case_no"] for page in (first, second, third) for row in page["items"]]
    assert pages == made[::-1]
    assert third["next"] is None


@pytest.mark.parametrize(
    "params", [{"after": "nonsense"}, {"limit": "201"}, {"status": "lost"}, {"colour": "red"}]
)
def test_what_no_list_knows_is_refused(world: World, params: dict[str, str]) -> None:
    with pytest.raises(Problem) as caught:
        world.call("list", CLERK, **params)
    assert caught.value.status == 422


def test_applicants_see_their_own(world: World) -> None:
    no = world.submit()["case_no"]
    world.project()
    assert numbers(world, CITIZEN, "mine") == [no]
    assert numbers(world, CITIZEN, "mine", status="completed") == []
    assert numbers(world, STRANGER, "mine") == []


def test_a_read_with_the_token_waits_and_says_when_it_is_behind(database_dsn: str) -> None:
    world = World(database_dsn, CasesSettings(token_wait=0.2))
    world.project()
    answer = world.call("submit", CITIZEN, application())
    with pytest.raises(Problem) as caught:
        world.call("list", CLERK, after_token=answer.token)
    assert (caught.value.status, caught.value.code) == (503, "read_model_behind")
    world.project()
    assert numbers(world, after_token=answer.token) == [answer.value["case_no"]]
    world.close()


def test_counts(world: World) -> None:
    world.submit()
    no = world.submit(body=application(QUICK))["case_no"]
    world.act(CLERK, no, "complete")
    world.project()
    counts = world.call("statistics", APPROVER).value
    assert counts["total"] == 2
    assert counts["by_status"] == {"completed": 1, "submitted": 1}
    assert counts["by_case_type"] == {"immediate": 1, "promised": 1}
    assert world.call("statistics", OTHER_CLERK).value["total"] == 0


def test_one_case_as_it_was_then(world: World) -> None:
    no = world.submit()["case_no"]
    world.clock.advance_to(START + timedelta(hours=1))
    world.act(CLERK, no, "accept")
    then = world.call("case", CLERK, no=no, as_of=(START + timedelta(minutes=30)).isoformat()).value
    assert (then["status"], then["version"], then["allowed_actions"]) == ("submitted", 1, [])
    assert world.call("case", CLERK, no=no).value["status"] == "accepted"
    with pytest.raises(Problem) as caught:
        world.call("case", CLERK, no=no, as_of=(START - timedelta(days=1)).isoformat())
    assert caught.value.status == 404
