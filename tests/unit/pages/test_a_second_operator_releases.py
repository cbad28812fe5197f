"""What one operator proposed, another one finds a button for; who proposed it finds none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from services.gateway.pages.office.rebuilds import rebuilds
from services.gateway.pages.office.replays import send, subscription
from services.gateway.pages.page import Page
from services.gateway.pages.session import Session
from shared.problems import Problem, conflict
from shared.security.actor import Actor
from shared.service.call import Answer

RUN = {
    "id": "r-1", "read_model": "work_list", "state": "proposed", "asked_by": "operator-1", "events": 0,
    "asked_at": "2026-03-02T01:00:00+00:00", "released_by": None, "released_at": None, "seconds_left": None,
    "per_second": None, "done": None, "ended_at": None, "failure": None, "tables": [], "phase": None,
}  # fmt: skip
SUBSCRIPTION = {
    "id": "s-1", "name": "fire-brigade", "department_code": "D1", "state": "active",
    "delivery": {"kind": "pull", "url": None},
}  # fmt: skip
PLAN = {"events": 7, "types": {"case.accepted": 7}, "case": None, "dry_run": True, "cursor": "e-1"}


class Platform:
    """Answers what the two pages ask; `waiting` is a replay that was proposed."""

    def __init__(self, waiting: bool = True) -> None:
        self.waiting = waiting
        self.replays: list[dict[str, Any]] = []

    def call(self, service: str, operation: str, **asked: Any) -> Answer:
        if operation == "replay":
            return Answer(self._replay(asked["body"]))
        listed = [RUN] if service == "cases" else []
        told: dict[str, Any] = {
            "rebuilds": {"items": listed}, "describe": {"read_models": ["work_list"]},
            "subscription": SUBSCRIPTION,
            "deliveries": {"delivered": 3, "pending": 0, "last_error": None},
        }  # fmt: skip
        return Answer(told[operation])

    def _replay(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("release") and not self.waiting:
            raise conflict("nothing_proposed", "nothing waits")
        if not body.get("release"):
            self.replays.append(body)
        elif not body.get("dry_run"):
            raise Problem(409, "second_person_needed", "somebody else")
        return {**PLAN, "dry_run": bool(body.get("dry_run"))}


def page(platform: Platform, who: str = "operator-2", **form: str) -> Page:
    builder = EnvironBuilder(method="POST" if form else "GET", data={"_guard": "g", **form} if form else None)
    session = Session(Actor(who, frozenset({"operator"})), guard="g", language="en")
    return Page(Request(builder.get_environ()), SimpleNamespace(remote=platform), session, None, 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("who", "button"), [("operator-1", False), ("operator-2", True)])
def test_of_a_rebuild(who: str, button: bool) -> None:
    html = rebuilds(page(Platform(), who)).get_data(as_text=True)
    assert ('name="release"' in html, "another operator" in html) == (button, not button)


@pytest.mark.parametrize("waiting", [True, False])
def test_of_a_replay_with_what_it_would_send(waiting: bool) -> None:
    html = subscription(page(Platform(waiting)), "s-1").get_data(as_text=True)
    assert ("7 events" in html, 'value="release"' in html) == (waiting, waiting)


def test_a_replay_is_counted_before_it_is_sent() -> None:
    platform = Platform(waiting=False)
    counted = send(page(platform, act="plan", case="C-1"), "s-1")
    html = counted.get_data(as_text=True)
    assert (counted.status_code, 'value="send"' in html, 'name="case" value="C-1"' in html) == (
        200,
        True,
        True,
    )
    assert send(page(platform, act="send", case="C-1"), "s-1").status_code == 303
    assert platform.replays == [{"case": "C-1", "dry_run": True}, {"case": "C-1", "dry_run": False}]


def test_a_refusal_is_said_on_the_page() -> None:
    refused = send(page(Platform(), "operator-1", act="release"), "s-1")
    assert (refused.status_code, "Another person must agree" in refused.get_data(as_text=True)) == (409, True)
