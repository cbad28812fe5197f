"""Who pulls keeps their own place; a replay leads their next question back, and then to where they were."""

from __future__ import annotations

from typing import Any

import pytest
from notify_kit import Notify, department, subscribe

from shared.problems import Problem


class Reader:
    """A department's program: hands back the `next` it got last, and nothing else."""

    def __init__(self, notify: Notify, subscription: str) -> None:
        self.notify = notify
        self.subscription = subscription
        self.place = ""

    def ask(self, limit: int = 2) -> Any:
        params = {"subscription": self.subscription, "after": self.place, "limit": str(limit)}
        return self.notify.call("events", actor=department(), params=params)

    def read(self, limit: int = 2) -> list[str]:
        """Everything there is, as `A.submitted`, with a * on what is sent again."""
        found = []
        while True:
            page = self.ask(limit)
            self.place = page["next"]
            found += [_told(event) for event in page["items"]]
            if not page["more"]:
                return found


def _told(event: dict[str, Any]) -> str:
    return event["subject"] + event["type"].removeprefix("case") + ("*" if event.get("replayed") else "")


@pytest.fixture
def reader(notify: Notify) -> Reader:
    """Has read three cases with two events each."""
    made = subscribe(notify, delivery={"kind": "pull"}, start="beginning")
    for kind in ("case.submitted", "case.accepted"):
        for case in ("A", "B", "C"):
            notify.happen(notify.event(kind, case_no=case))
            notify.later(minutes=1)
    reader = Reader(notify, made["id"])
    assert len(reader.read()) == 6
    return reader


def _replay(reader: Reader, **body: Any) -> Any:
    params = {"id": reader.subscription}
    return reader.notify.call("replay", actor=department(), params=params, body=body)


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_it_is_led_back_and_then_on(reader: Reader, limit: int) -> None:
    _replay(reader, **{"from": "2025-10-17T09:03:00+08:00"})
    reader.notify.happen(reader.notify.event("case.completed", case_no="B"))
    assert reader.read(limit) == ["A.accepted*", "B.accepted*", "C.accepted*", "B.completed"]
    assert reader.read(limit) == []


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_one_case_only(reader: Reader, limit: int) -> None:
    _replay(reader, case="B")
    reader.notify.happen(reader.notify.event("case.completed", case_no="B"))
    assert reader.read(limit) == ["B.submitted*", "B.accepted*", "B.completed"]
    assert reader.read(limit) == []


def test_two_replays_one_after_the_other(reader: Reader) -> None:
    _replay(reader, case="A")
    _replay(reader, case="C")
    assert reader.read() == ["A.submitted*", "A.accepted*", "C.submitted*", "C.accepted*"]
    assert reader.read() == []


def test_an_answer_that_got_lost_begins_it_again(reader: Reader) -> None:
    _replay(reader, case="B")
    first = reader.ask()
    assert reader.ask()["items"] == first["items"]
    assert reader.read() == ["B.submitted*", "B.accepted*"]
    assert reader.read() == []


def test_who_is_not_that_far_gets_it_once_and_unmarked(reader: Reader) -> None:
    behind = Reader(reader.notify, reader.subscription)
    _replay(behind, **{"from": "2025-10-17T09:03:00+08:00"})
    assert [line for line in behind.read() if "*" in line] == []


def test_other_questions_are_not_led_back(reader: Reader) -> None:
    _replay(reader, case="B")
    params = {"after": reader.place}
    assert reader.notify.call("events", actor=department(), params=params)["items"] == []
    assert len(reader.read()) == 2


def test_it_is_counted_and_recorded(reader: Reader) -> None:
    answer = _replay(reader, case="B")
    assert (answer["events"], answer["state"]) == (2, "started")
    [row] = reader.notify.kept("SELECT data FROM events WHERE type = 'subscription.replayed'")
    assert (row["data"]["events"], row["data"]["case_no"]) == (2, "B")
    assert row["data"]["to"] == reader.place


@pytest.mark.parametrize("place", ["x~1-2", "~", "1-2~zz-1"])
def test_a_made_up_place_is_no_server_error(reader: Reader, place: str) -> None:
    reader.place = place
    try:
        reader.ask()
    except Problem as problem:
        assert problem.status in (410, 422)
