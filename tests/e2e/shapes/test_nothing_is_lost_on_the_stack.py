"""Processes and the broker go away while people apply: nothing is lost, nothing is there twice."""

from __future__ import annotations

from collections import Counter

import pytest

from shared.service.spec import installed_services
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.shapes.applicant import Applicant
from tests.e2e.shapes.kit import Stack
from tests.e2e.shapes.load import Load

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def load(stack: Stack, stack_city: City) -> Load:
    """What was applied for while the cases service, its relay and the broker went away one after another."""
    load = Load(Applicant(stack_city))
    system = stack_city.person("department_system", Applicant(stack_city).department)

    def announced() -> bool:
        newest = list(load.acknowledged.values())[-1]
        return bool(system.get("/events", case=newest, limit=1)["items"])

    with load.running():
        load.goes_on()
        for name in ("run cases", "relay cases"):
            pid = stack.kill(name)
            await_that(lambda name=name, pid=pid: stack.processes().get(name, pid) != pid, f"a new {name}")
            load.goes_on()
            await_that(announced, f"news through the new {name}")
        before = stack.processes()
        stack.rabbit.stop()
        await_that(lambda: not stack.ready(), "the loss of the broker to show")
        stack.rabbit.start()
        await_that(stack.ready, "readiness")
        load.goes_on()
        assert stack.processes() == before, "they reconnect, nobody is restarted"
    assert not load.refused, load.refused[0]
    return load


def test_every_acknowledged_case_is_there_once(stack_city: City, load: Load) -> None:
    numbers = sorted(load.acknowledged.values())
    assert len(set(numbers)) == len(numbers)
    mine = Applicant(stack_city).signed_in().pages("/cases/mine", limit=200)
    listed = Counter(row["case_no"] for row in mine)
    assert [listed[number] for number in numbers] == [1] * len(numbers)


def test_a_key_asked_again_answers_the_same_case(stack_city: City, load: Load) -> None:
    applicant = Applicant(stack_city)
    some = dict(list(load.acknowledged.items())[::5])
    assert {key: applicant.submit(key)["case_no"] for key in some} == some


def test_every_case_is_announced_to_its_department_once(stack_city: City, load: Load) -> None:
    wanted = set(load.acknowledged.values())
    system = stack_city.person("department_system", Applicant(stack_city).department)
    seen: Counter[str] = Counter()
    after = ""

    def all_came() -> bool:
        nonlocal after
        page = system.get("/events", after=after, types="case.submitted", limit=200)
        after = page["next"]
        seen.update(event["subject"] for event in page["items"])
        return wanted <= seen.keys() and not page["more"]

    await_that(all_came, "every case in the ledger")
    assert set(seen.values()) == {1}


def test_every_service_follows_again_and_nothing_is_parked(stack: Stack, load: Load) -> None:
    def current() -> bool:
        told = stack.operator().get("/operations/status")["services"]
        return all("problem" not in one and one.get("stopped", {}) == {} for one in told.values())

    await_that(current, "every service")
    assert stack.operator().get("/operations/parked")["items"] == []
    assert {f"run {name}" for name in installed_services()} <= stack.processes().keys()
