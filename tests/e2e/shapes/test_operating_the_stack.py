"""The commands of `yiwang` find a running stack by environment variables, as they would in production."""

from __future__ import annotations

import json

import pytest

from shared.client import ApiProblem
from shared.service.spec import installed_services
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.shapes.applicant import Applicant
from tests.e2e.shapes.kit import Stack


@pytest.fixture(scope="module")
def case_no(stack_city: City) -> str:
    applicant = Applicant(stack_city)
    number = str(applicant.submit()["case_no"])
    last = stack_city.person("clerk", applicant.department).post(f"/cases/{number}/accept", {})
    stack_city.operator.get("/cases", q=number, after_token=last.token)
    return number


def test_every_service_and_relay_is_a_process_of_its_own(stack: Stack) -> None:
    specs = installed_services()
    wanted = {f"run {name}" for name in specs} | {f"relay {name}" for name in specs if specs[name].categories}
    assert stack.processes().keys() == wanted


def test_the_variables_are_for_the_owner_alone(stack: Stack) -> None:
    file = stack.folder.path / "stack.env"
    assert file.stat().st_mode & 0o777 == 0o600
    assert stack.variables()["YIWANG_AMQP_URL"] == stack.rabbit.url


def test_nobody_sets_the_clock_of_a_stack(stack_city: City) -> None:
    now = stack_city.operator.get("/operations/clock")
    assert now["simulated"] is False
    with pytest.raises(ApiProblem) as refused:
        stack_city.operator.post("/operations/clock", {"now": "2030-01-01T00:00:00+08:00"})
    assert (refused.value.status, refused.value.code) == (409, "not_simulated")


def test_status_and_parked(stack: Stack, case_no: str) -> None:
    status = stack.yiwang("status", "--json")
    assert status.returncode == 0, status.stdout + status.stderr
    assert set(json.loads(status.stdout)["services"]) >= {"cases", "notify"}
    parked = stack.yiwang("parked", "list")
    assert (parked.returncode, parked.stdout) == (0, "nothing is parked\n")


def test_a_rebuild_over_http_takes_two_and_runs_beside_its_service(
    stack: Stack, stack_city: City, case_no: str
) -> None:
    """Of a read model that follows another service: its feed comes over the broker."""
    asked = stack_city.operator.post("/operations/rebuilds", {"read_model": "case_clock"})
    assert asked["state"] == "proposed"
    path = asked.headers["Location"].removeprefix("/api/v1")
    second = stack_city.person("operator")
    assert (
        second.post("/operations/rebuilds", {"read_model": "case_clock", "release": True})["id"]
        == asked["id"]
    )
    await_that(lambda: second.get(path)["state"] in ("done", "failed"), "the end of the rebuild")
    ended = second.get(path)
    assert (ended["state"], ended["failure"], ended["events"] > 0) == ("done", None, True)


def test_rebuild_and_verify(stack: Stack, case_no: str) -> None:
    rebuilt = stack.yiwang("rebuild", "work_list", "--json")
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert json.loads(rebuilt.stdout)[0]["events"] > 0
    verified = stack.yiwang("verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert {one["name"] for one in json.loads(verified.stdout)} >= {"work_list", "case_clock", "inbox"}
