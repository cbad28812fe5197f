"""`yiwang events` and `yiwang tail`, on either shape: by `--data` or by the variables of a stack."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from shared.simulation.city import City
from tests.e2e.shapes.applicant import Applicant
from tests.e2e.shapes.kit import COMMAND, run_command


@dataclass
class Shape:
    city: City
    data: list[str]
    variables: dict[str, str]
    case_no: str = ""

    def yiwang(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run_command(command, *arguments, *self.data, variables=self.variables)


@pytest.fixture(scope="module", params=["embedded", "stack"])
def shape(request: pytest.FixtureRequest) -> Shape:
    """With a case that was applied for and accepted."""
    if request.param == "stack":
        found = Shape(request.getfixturevalue("stack_city"), [], request.getfixturevalue("stack").variables())
    else:
        data = request.getfixturevalue("platform").data
        found = Shape(request.getfixturevalue("city"), ["--data", str(data)], {})
    applicant = Applicant(found.city)
    found.case_no = applicant.submit()["case_no"]
    clerk = found.city.person("clerk", applicant.department)
    last = clerk.post(f"/cases/{found.case_no}/accept", {})
    clerk.get(f"/cases/{found.case_no}/events", after_token=last.token)
    return found


def test_events_of_one_case_in_order(shape: Shape) -> None:
    told = shape.yiwang("events", shape.case_no)
    assert told.returncode == 0, told.stderr
    lines = [line.split() for line in told.stdout.splitlines()]
    assert [(line[0], line[-1]) for line in lines] == [("1", "case.submitted"), ("2", "case.accepted")]
    events = json.loads(shape.yiwang("events", shape.case_no, "--json").stdout)
    assert [event["type"] for event in events] == ["case.submitted", "case.accepted"]


def test_a_case_that_is_not_there_is_said_so(shape: Shape) -> None:
    told = shape.yiwang("events", "no-such-case")
    assert (told.returncode, told.stdout) == (5, "")
    assert "404" in told.stderr


def test_tail_from_the_start_tells_everything_of_a_category(shape: Shape) -> None:
    told = shape.yiwang("tail", "--category", "case", "--from-start", "--seconds", "1", "--json")
    assert told.returncode == 0, told.stderr
    events: list[dict[str, Any]] = [json.loads(line) for line in told.stdout.splitlines()]
    assert {event["type"].partition(".")[0] for event in events} == {"case"}
    ours = [event for event in events if event["subject"] == shape.case_no]
    assert [event["type"] for event in ours] == ["case.submitted", "case.accepted"]
    assert "query_code" not in told.stdout, "only what is published"


def test_tail_tells_what_is_new_and_nothing_before(shape: Shape) -> None:
    following = subprocess.Popen(
        [*COMMAND, "tail", "--category", "case", "--interval", "0.1", *shape.data],
        stdout=subprocess.PIPE, text=True, env=os.environ | shape.variables | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert following.stdout is not None
    applicant = Applicant(shape.city)
    try:
        submitted: list[str] = []
        line = ""
        os.set_blocking(following.stdout.fileno(), False)
        while not line and len(submitted) < 200:
            submitted.append(applicant.submit()["case_no"])
            line = following.stdout.readline()
    finally:
        following.terminate()
        following.communicate(timeout=20)
    assert "case.submitted" in line
    assert line.split()[-1] in submitted
    assert shape.case_no not in line


def test_a_category_nobody_has_is_a_usage_error(shape: Shape) -> None:
    told = shape.yiwang("tail", "--category", "weather", "--seconds", "0")
    assert told.returncode == 2
    assert "no running service has such a category" in told.stderr
