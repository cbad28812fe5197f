"""The real services on a real stack: every process of it is killed under load, and the cases are counted."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic

from shared.client import ApiProblem
from shared.service.spec import installed_services
from shared.testing.postgres_node import children_of
from shared.testing.waiting import await_that
from tests.e2e.shapes.applicant import Applicant
from tests.e2e.shapes.kit import Stack, running_stack
from tests.e2e.shapes.load import Load


@dataclass
class City:
    stack: Stack
    load: Load
    applicant: Applicant

    def announced(self) -> bool:
        """Whether the newest case has reached its department's feed: by its relay, the broker and notify."""
        newest = list(self.load.acknowledged.values())[-1]
        try:
            system = self.stack.city().person("department_system", self.applicant.department)
            return bool(system.get("/events", case=newest, limit=1)["items"])
        except ApiProblem:
            return False  # who answers this may be what was killed


@contextmanager
def city_under_load() -> Iterator[City]:
    with TemporaryDirectory(prefix="yiwang-faults-") as folder, running_stack(Path(folder) / "data") as stack:
        applicant = Applicant(stack.city())
        city = City(stack, Load(applicant), applicant)
        with city.load.running():
            city.load.goes_on()
            yield city
        assert not city.load.refused, city.load.refused[0]
        check(city)


def kills() -> dict[str, Callable[[City], float]]:
    """By what is killed; each answers the seconds until a new case was announced."""
    specs = installed_services()
    names = [f"run {name}" for name in specs] + [f"relay {name}" for name in specs if specs[name].categories]
    found: dict[str, Callable[[City], float]] = {name: _kill_process(name) for name in names}
    return found | {"RabbitMQ": kill_rabbitmq, "PostgreSQL": kill_postgres}


def play(city: City, kill: Callable[[City], float], random: Random) -> float:
    city.load.goes_on(random.randint(1, 5))
    return kill(city)


def kill_rabbitmq(city: City) -> float:
    began = monotonic()
    city.stack.rabbit.kill()
    city.stack.rabbit.start()
    return _recovered(city, began)


def kill_postgres(city: City) -> float:
    """With every database of the platform; the stack starts it again."""
    began = monotonic()
    folder = city.stack.folder.postgres
    postmaster = int((folder / "postmaster.pid").read_text().split()[0])
    for pid in (*children_of(postmaster), postmaster):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return _recovered(city, began)


def check(city: City) -> None:
    """Every acknowledged case is there once, announced once, and its key still answers it."""
    numbers = Counter(city.load.acknowledged.values())
    assert set(numbers.values()) == {1}, "two keys got one case"
    mine = Counter(row["case_no"] for row in city.applicant.signed_in().pages("/cases/mine", limit=200))
    assert {number: mine[number] for number in numbers} == numbers
    await_that(lambda: _announced(city) >= numbers.keys(), "every case in the department's feed")
    assert {count for number, count in _announcements(city).items() if number in numbers} == {1}
    for key, number in list(city.load.acknowledged.items())[::10]:
        assert city.applicant.submit(key)["case_no"] == number
    assert city.stack.operator().get("/operations/parked")["items"] == []
    await_that(lambda: city.stack.yiwang("verify").returncode == 0, "read models equal to a replay")


def _kill_process(name: str) -> Callable[[City], float]:
    def kill(city: City) -> float:
        began = monotonic()
        pid = city.stack.kill(name)
        await_that(lambda: city.stack.processes().get(name, pid) != pid, f"a new {name}")
        return _recovered(city, began)

    return kill


def _recovered(city: City, began: float) -> float:
    city.load.goes_on(2)
    await_that(city.announced, "news")
    return monotonic() - began


def _announced(city: City) -> set[str]:
    return set(_announcements(city))


def _announcements(city: City) -> Counter[str]:
    system = city.stack.city().person("department_system", city.applicant.department)
    seen: Counter[str] = Counter()
    after, more = "", True
    while more:
        page = system.get("/events", after=after, types="case.submitted", limit=200)
        after, more = page["next"], page["more"]
        seen.update(event["subject"] for event in page["items"])
    return seen
