"""A department's own queue on the real broker: its copy equals its cases; alerts arrive as events."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pika
import pytest

from shared.client import ApiProblem
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.shapes.applicant import Applicant, overdue_history
from tests.e2e.shapes.kit import Stack

SUBSCRIBER = Path(__file__).resolve().parents[3] / "examples" / "department_subscriber.py"


class Department:
    """Its business system: subscribes over HTTP, consumes with the example program."""

    def __init__(self, stack: Stack, city: City, code: str, types: list[str], folder: Path) -> None:
        self._system = city.person("department_system", code)
        self._broker = stack.rabbit.url
        self._file = folder / "copy.sqlite"
        body = {"name": f"bureau-{uuid4().hex[:8]}", "filters": {"types": types}, "start": "beginning",
                "delivery": {"kind": "queue"}}  # fmt: skip
        created = self._system.post("/subscriptions", body)
        self.subscription, self._token = created.body, created.token

    def delivered(self, at_least: int) -> dict[str, Any]:
        """The state of its deliveries once so many events are in its queue and none is on the way."""
        path = f"/subscriptions/{self.subscription['id']}/deliveries"

        def told() -> dict[str, Any] | None:
            found = self._system.get(path, after_token=self._token).body
            return found if found["delivered"] >= at_least and not found["pending"] else None

        return dict(await_that(told, f"{at_least} events in the queue of {self.subscription['name']}"))

    def consume(self) -> list[dict[str, Any]]:
        """Run the subscriber until its queue is quiet; answers every event it has, in order of arrival."""
        place = ("--amqp", self._broker, "--queue", self.subscription["queue"], "--db", str(self._file))
        subprocess.run(
            [sys.executable, str(SUBSCRIBER), *place, "--until-quiet", "0.5"],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        return [json.loads(row[0]) for row in self.rows("SELECT body FROM event ORDER BY rowid")]

    def waiting(self) -> list[dict[str, Any]]:
        """What lies in the queue, in order, taken off it."""
        place = pika.URLParameters(self._broker)
        place.virtual_host = "/"
        connection = pika.BlockingConnection(place)
        try:
            channel = connection.channel()
            found = []
            while (message := channel.basic_get(self.subscription["queue"], auto_ack=True))[0] is not None:
                found.append(json.loads(message[2]))
            return found
        finally:
            connection.close()

    def rows(self, sql: str) -> list[Any]:
        with sqlite3.connect(self._file) as db:
            found = db.execute(sql).fetchall()
        db.close()
        return found

    def pulled(self, **wanted: str) -> list[dict[str, Any]]:
        """The same by `GET /events`, in pages of 20."""
        found: list[dict[str, Any]] = []
        after, more = "", True
        while more:
            page = self._system.get("/events", after=after, limit=20, **wanted)
            found += page["items"]
            after, more = page["next"], page["more"]
        return found


@pytest.fixture(scope="module")
def applicant(stack_city: City) -> Applicant:
    return Applicant(stack_city)


def test_the_copy_from_the_queue_equals_the_departments_cases(
    stack: Stack, stack_city: City, applicant: Applicant, tmp_path: Path
) -> None:
    code = applicant.department
    department = Department(stack, stack_city, code, ["case"], tmp_path)
    clerk = stack_city.person("clerk", code)
    cases = [applicant.submit()["case_no"] for _ in range(3)]
    for case_no in cases[:2]:
        clerk.post(f"/cases/{case_no}/accept", {})
    last = clerk.post(f"/cases/{cases[2]}/not-accept", {"reason": "不属于本机关职权范围"})
    events = sum(len(clerk.get(f"/cases/{no}/events")["items"]) for no in cases)
    department.delivered(at_least=events)

    received = department.consume()
    pulled = department.pulled(types="case")
    assert [event["id"] for event in received] == [event["id"] for event in pulled], "ids and their order"
    by_stream: dict[str, list[int]] = {}
    for event in received:
        by_stream.setdefault(event["stream"], []).append(event["streamversion"])
    assert all(versions == list(range(1, len(versions) + 1)) for versions in by_stream.values())

    listed = clerk.get("/cases", department=code, limit=200, after_token=last.token)
    statuses = {row["case_no"]: row["status"] for row in listed["items"]}
    assert dict(department.rows("SELECT case_no, status FROM cases")) == statuses
    assert [statuses[no] for no in cases] == ["accepted", "accepted", "not_accepted"]


def test_an_alert_reaches_who_asked_for_cards_and_nothing_else_does(
    stack: Stack, stack_city: City, applicant: Applicant, tmp_path: Path
) -> None:
    code = applicant.department
    department = Department(stack, stack_city, code, ["card"], tmp_path)
    late = [overdue_history(f"late-{number}", code) for number in range(2)]
    elsewhere = overdue_history("late-elsewhere", "another department")
    report = stack_city.operator.post("/cases/imports", {"cases": [*late, elsewhere]})
    assert report["imported"] == 3
    department.delivered(at_least=2)

    received = department.consume()
    numbers = {
        stack_city.operator.get("/cases", external_id=one["external_id"])["items"][0]["case_no"]
        for one in late
    }
    assert {event["type"] for event in received} == {"card.issued"}
    assert {event["data"]["case"]["case_no"] for event in received} == numbers
    assert [event["id"] for event in received] == [e["id"] for e in department.pulled(types="card.issued")]
    cards = stack_city.operator.get("/supervision/cards", department=code)["items"]
    assert {card["case_no"] for card in cards} >= numbers


def test_a_replay_takes_two_operators_and_goes_to_one_department(
    stack: Stack, stack_city: City, applicant: Applicant, tmp_path: Path
) -> None:
    """No demonstration: the operator of the command line proposes, another account releases."""
    department = Department(stack, stack_city, applicant.department, ["case"], tmp_path)
    other = Department(stack, stack_city, applicant.department, ["case"], tmp_path)
    case_no = applicant.submit()["case_no"]
    department.delivered(at_least=1)
    other.delivered(at_least=1)
    before = [event["id"] for event in department.waiting() if event["subject"] == case_no]
    other.waiting()
    name = department.subscription["name"]
    proposed = stack.yiwang("replay", "--subscription", name, "--case", case_no)
    assert "another operator has to release it" in proposed.stdout, proposed.stderr
    with pytest.raises(ApiProblem) as refused:
        stack_city.operator.post("/operations/replays", {"subscription": name, "release": True})
    assert refused.value.code == "second_person_needed"
    second = stack_city.person("operator")
    assert second.post("/operations/replays", {"subscription": name, "release": True})["events"] == len(
        before
    )

    again = list(await_that(department.waiting, "what is sent again"))
    assert [(event["id"], event["replayed"]) for event in again] == [(id, True) for id in before]
    assert other.waiting() == []
