"""Rebuilds that operators ask for: by two, one at a time, recorded, gone on with after an interruption."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from json import dumps
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from psycopg2 import sql

from shared.clock import SimulatedClock
from shared.config.settings import clock_of
from shared.database.migrate import grant_application
from shared.database.pool import Database
from shared.eventstore.errors import UnknownCursor
from shared.messaging.rebuilds import RebuildOperations
from shared.problems import Problem
from shared.readmodel import beside, runs
from shared.readmodel.projector import catch_up
from shared.readmodel.recorded import STORED
from shared.runtime import rebuilding
from shared.runtime.rebuild_process import Elsewhere, carry_out
from shared.runtime.rebuilding import Rebuilding
from shared.security.actor import Actor
from shared.testing.invoke import invoke
from shared.testing.waiting import await_that

FIRST = Actor("operator-1", frozenset({"operator"}))
SECOND = Actor("operator-2", frozenset({"operator"}))
NOWHERE = Elsewhere(StringIO(), StringIO())


@pytest.fixture
def asked(app, spec) -> Callable[..., Any]:
    service = RebuildOperations()
    service.app, service.spec = app, spec

    def do(actor: Actor = FIRST, name: str = "rebuild", params: dict[str, Any] | None = None, **body: Any):
        body = {"read_model": "totals", **body} if name == "rebuild" else {}
        return invoke(service, name, actor=actor, body=body, params=params)

    return do


def story(app, id: str) -> list[tuple[str, dict[str, Any]]]:
    events = app.store.read_stream(UUID(id))
    assert [STORED[event.type, 1]().validate(event.data) for event in events] == [{}] * len(events)
    return [(event.type, event.data) for event in events]


def running(app, asked) -> runs.Run:
    """A run as its process finds it."""
    id = asked().value["id"]
    asked(SECOND, release=True)
    with app.db.transaction() as db:
        runs.begin(db, id)
        found = runs.find(db, id)
    assert found is not None
    return found


def test_it_takes_two_and_both_are_on_record(app, asked):
    proposed = asked(workers=2)
    assert (proposed.status, proposed.value["state"], proposed.value["asked_by"]) == (
        202,
        "proposed",
        "operator-1",
    )
    with pytest.raises(Problem) as alone:
        asked(release=True)
    assert alone.value.code == "second_person_needed"
    released = asked(SECOND, release=True).value
    assert (released["id"], released["state"], released["released_by"]) == (
        proposed.value["id"], "waiting", "operator-2",
    )  # fmt: skip
    [(first, _), (second, data)] = story(app, released["id"])
    assert (first, second) == ("rebuild.proposed", "rebuild.started")
    assert (data["proposed_by"], data["workers"]) == ("operator-1", 2)
    assert app.store.read_stream(UUID(released["id"]))[1].metadata["actor"] == "operator-2"


def test_where_one_is_enough_it_waits_at_once(app, asked):
    app.parts["rebuild_release"] = "one"
    assert asked().value["state"] == "waiting"


def test_a_later_proposal_takes_the_place_of_an_earlier_one(asked):
    first, second = asked().value["id"], asked(SECOND).value["id"]
    states = {item["id"]: item["state"] for item in asked(name="rebuilds").value["items"]}
    assert states == {first: "replaced", second: "proposed"}
    assert asked(FIRST, release=True).value["id"] == second


def test_nothing_is_released_that_nobody_proposed(asked):
    with pytest.raises(Problem) as refused:
        asked(release=True)
    assert refused.value.code == "nothing_proposed"


def test_a_second_one_is_refused_while_one_is_open_or_a_command_line_is_at_it(app, asked, totals):
    with beside.only_one(app.db, totals, f"{totals.schema}__new"), pytest.raises(Problem) as refused:
        asked()
    assert (refused.value.status, refused.value.code) == (409, "rebuild_running")
    asked()
    asked(SECOND, release=True)
    with pytest.raises(Problem) as again:
        asked()
    assert again.value.code == "rebuild_running"


def test_an_unknown_read_model_and_an_unknown_run_are_not_found(asked):
    for ask in (
        lambda: asked(read_model="nobody"),
        lambda: asked(name="rebuild_run", params={"id": UUID(int=1)}),
    ):
        with pytest.raises(Problem) as missing:
            ask()
        assert missing.value.status == 404


def test_a_role_that_owns_no_tables_is_told_who_may(app, spec, asked, database_dsn):
    """As in a cluster, where services own nothing."""
    role = f"serving_{os.getpid()}"
    with app.db.transaction() as db:
        db.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    grant_application(app.db, spec, role)
    owner, app.db = (
        app.db,
        Database(f"{database_dsn}&user={role}" if "?" in database_dsn else f"{database_dsn} user={role}"),
    )
    app.store._db = app.db
    try:
        with pytest.raises(Problem) as refused:
            asked()
        assert (refused.value.code, "yiwang rebuild totals" in refused.value.detail) == (
            "not_the_owner",
            True,
        )
    finally:
        app.db.close()
        app.db = app.store._db = owner


def test_it_ends_with_what_served_compared_with_what_serves(app, asked, append, totals, rows):
    stream = append(1, 2)
    catch_up(app, totals)
    with app.db.transaction() as db:
        db.execute("DELETE FROM rm_totals.total")
    run = running(app, asked)
    assert carry_out(app, totals, run, NOWHERE) == 0
    ended = asked(name="rebuild_run", params={"id": run.id}).value
    assert (ended["state"], ended["events"], ended["failure"]) == ("done", 2, None)
    assert ended["tables"] == [{"table": "total", "before": 0, "after": 1, "same": False}]
    assert rows() == {stream: (2, 2)}
    kind, data = story(app, run.id)[-1]
    assert (kind, data["outcome"], data["tables"]) == ("rebuild.ended", "done", ended["tables"])


def test_a_history_that_cannot_be_applied_fails_it_and_what_served_serves(app, asked, append, totals, rows):
    stream = append(1)
    catch_up(app, totals)
    totals.poison = {1}
    run = running(app, asked)
    assert carry_out(app, totals, run, NOWHERE) == 0
    ended = asked(name="rebuild_run", params={"id": run.id}).value
    assert (ended["state"], "张三" in ended["failure"]) == ("failed", False)
    assert "totals fails" in ended["failure"]
    assert rows() == {stream: (1, 1)}
    assert story(app, run.id)[-1][1]["outcome"] == "failed"


def test_one_that_is_interrupted_ends_with_the_service_and_goes_on_with_it(app, spec, asked, totals):
    asked()
    id = asked(SECOND, release=True).value["id"]
    stop, pids = Event(), []
    sleeping = Rebuilding(app, spec, (sys.executable, "-c", _SAYS_ITS_PID))
    sleeping._page = lambda asked: pids.append(asked["pid"]) or {}
    thread = Thread(target=sleeping.run, args=(stop,))
    thread.start()
    [pid] = await_that(lambda: pids)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    run = runs_of(app, id)
    assert (run.state, run.starts) == ("running", 1)
    assert carry_out(app, totals, run, NOWHERE) == 0
    assert runs_of(app, id).state == "done"


def test_it_does_not_end_before_it_was_asked_for(app, spec, asked, totals, monkeypatch):
    """The process beside gets the service's environment, where a simulated clock stands at its start."""
    began = datetime(2026, 3, 2, tzinfo=UTC)
    monkeypatch.setenv("YIWANG_CLOCK", f"simulated:{began.isoformat()}")
    app.clock = SimulatedClock(began)
    app.clock.advance_to(began + timedelta(days=40))
    asked()
    id = asked(SECOND, release=True).value["id"]
    stop, told = Event(), []
    beside = Rebuilding(app, spec, (sys.executable, "-c", _SAYS_ITS_CLOCK))
    beside._page = lambda said: told.append(said["clock"]) or stop.set() or {}
    beside.step(stop)
    app.clock = clock_of(told[0])
    assert carry_out(app, totals, runs_of(app, id), NOWHERE) == 0
    run = runs_of(app, id)
    assert run.ended_at == run.asked_at == began + timedelta(days=40)


def test_one_that_breaks_off_each_time_is_given_up(app, spec, asked, monkeypatch):
    monkeypatch.setattr(rebuilding, "PAUSE", 0.0)
    monkeypatch.setattr(rebuilding, "MOST_STARTS", 2)
    asked()
    id = asked(SECOND, release=True).value["id"]
    Rebuilding(app, spec, (sys.executable, "-c", "raise SystemExit(1)")).step(Event())
    run = runs_of(app, id)
    assert (run.state, run.failure) == ("failed", "begun 2 times and never ended; ask again to go on")


def test_of_a_read_model_that_a_release_took_away_nothing_is_left_waiting(app, spec, asked):
    asked()
    id = asked(SECOND, release=True).value["id"]
    Rebuilding(app, replace(spec, read_models=())).step(Event())
    run = runs_of(app, id)
    assert (run.state, run.failure) == ("failed", "this release has no read model totals")


def test_pages_of_other_services_come_through_who_started_it(app, spec):
    page = {"events": [], "cursor": "e-1-0", "head_at": None}
    told: list[Any] = []

    def call(service: str, operation: str, **asked: Any) -> SimpleNamespace:
        told.append((service, operation, asked["params"]))
        if asked["params"]["after"] == "old":
            raise Problem(410, "unknown_cursor", "of another epoch")
        return SimpleNamespace(value=page)

    app.remote = SimpleNamespace(call=call)
    parent = Rebuilding(app, spec)
    answers = [
        parent._page({"service": "keeper", "category": "pebble", "after": after, "limit": 7})
        for after in ("", "old")
    ]
    assert told[0] == ("keeper", "feed", {"category": "pebble", "after": "", "limit": 7})
    questions = StringIO()
    read = Elsewhere(questions, StringIO("".join(dumps(answer) + "\n" for answer in answers))).reader(
        "keeper"
    )
    assert read("pebble", "", 7).cursor == "e-1-0"
    with pytest.raises(UnknownCursor):
        read("pebble", "old", 7)
    with pytest.raises(Problem) as gone:
        read("pebble", "e-1-0", 7)
    assert gone.value.status == 503


_SAYS_ITS_PID = """
import json, os, sys, time
print(json.dumps({"service": "", "pid": os.getpid()}), flush=True)
time.sleep(60)
"""


_SAYS_ITS_CLOCK = """
import json, os
print(json.dumps({"service": "", "clock": os.environ["YIWANG_CLOCK"]}), flush=True)
"""


def runs_of(app, id: str) -> runs.Run:
    with app.db.at_once() as db:
        found = runs.find(db, id)
    assert found is not None
    return found
