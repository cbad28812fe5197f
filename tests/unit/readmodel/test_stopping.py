"""Too many failures stop a subscriber instead of parking everything, until an operator resumes it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from shared.eventstore.event import Metadata, NewEvent
from shared.problems import Problem
from shared.readmodel import stopping
from shared.readmodel.failing import IN_A_ROW, SHARE, WINDOW, Failing
from shared.readmodel.parking import list_parked, retry_all
from shared.readmodel.projector import ProjectorLoop


@pytest.fixture
def look_each_time(monkeypatch):
    """Each step of a loop looks who stands, so that no test waits for a second to pass."""
    monkeypatch.setattr(stopping, "LOOK", 0.0)


@pytest.fixture
def everything_fails(app, totals):
    totals.poison = {1}
    append_at_once(app, [1] * 60)


def append_at_once(app, numbers) -> None:
    """A stream for each number, in one transaction."""
    with app.store.unit_of_work() as unit:
        for n in numbers:
            unit.append(uuid4(), 0, [NewEvent("case.noted", {"n": n}, app.clock.now())], Metadata())
    app.store.tick()


def _run_until_stopped(loop: ProjectorLoop) -> str:
    for _ in range(100):
        loop.step()
        if loop.errors():
            return loop.errors()["totals"]
    raise AssertionError("it never stopped")


def test_when_every_stream_fails_it_stops_instead_of_parking_all(app, spec, everything_fails):
    loop = ProjectorLoop(app, spec, batch=10)
    assert "21 streams in a row" in _run_until_stopped(loop)
    assert len(list_parked(app.db)) == 20
    assert loop.step() == 0


def test_it_stands_for_other_replicas_and_after_a_restart(
    app, spec, totals, everything_fails, look_each_time
):
    other = ProjectorLoop(app, spec, batch=10)
    reason = _run_until_stopped(ProjectorLoop(app, spec, batch=10))
    assert stopping.all_standing(app.db) == {"totals": reason}
    restarted = ProjectorLoop(app, spec, batch=10)
    assert (other.step(), restarted.step()) == (0, 0)
    assert other.errors() == restarted.errors() == {"totals": reason}
    assert len(list_parked(app.db)) == 20


def test_a_replica_that_fails_too_parks_nothing_more(app, spec, everything_fails):
    """Between two looks it doesn't know yet; the first batch that fails tells it."""
    other = ProjectorLoop(app, spec, batch=10)
    other.step()  # has looked, and has parked ten
    reason = _run_until_stopped(ProjectorLoop(app, spec, batch=10))
    parked = len(list_parked(app.db))
    assert _run_until_stopped(other) == reason
    assert len(list_parked(app.db)) == parked


def test_an_operator_resumes_it_without_a_restart(app, spec, totals, rows, everything_fails, look_each_time):
    loop = ProjectorLoop(app, spec, batch=10)
    _run_until_stopped(loop)
    totals.poison = set()
    assert stopping.resume(app, spec, "totals", "operator-1") == {"resumed": ["cases"]}
    while loop.step():
        pass
    assert loop.errors() == {}
    retry_all(app, spec, "totals")
    assert len(rows()) == 60
    (kept,) = app.db.fetch("SELECT resumed_by FROM stopped")
    assert kept == {"resumed_by": "operator-1"}
    assert stopping.resume(app, spec, "totals", "operator-2") == {"resumed": []}


def test_resumed_too_early_it_stops_again_at_the_same_place(app, spec, everything_fails, look_each_time):
    loop = ProjectorLoop(app, spec, batch=30)
    _run_until_stopped(loop)
    before = list_parked(app.db)
    stopping.resume(app, spec, "totals", "operator-1")
    loop.step()
    assert loop.errors()
    assert list_parked(app.db) == before
    assert len(app.db.fetch("SELECT 1 FROM stopped")) == 2


def test_who_does_not_exist_can_not_be_resumed(app, spec):
    with pytest.raises(Problem) as caught:
        stopping.resume(app, spec, "nobody", "operator-1")
    assert caught.value.status == 404


def test_too_great_a_share_stops_it_though_others_succeed_between():
    failing = Failing()
    for _ in range(SHARE):
        failing.applied(5)
        assert failing.failed() is None
    failing.applied(5)
    assert failing.failed() == f"for {SHARE + 1} streams within {(SHARE + 1) * 6} events"


def test_one_in_a_thousand_never_stops_it():
    failing = Failing()
    for _ in range(5_000):
        failing.applied(999)
        assert failing.failed() is None


def test_what_is_out_of_the_window_counts_no_more():
    failing = Failing()
    for _ in range(5 * SHARE):
        failing.applied(WINDOW // SHARE)
        assert failing.failed() is None


def test_in_a_row_counts_from_the_last_success():
    failing = Failing()
    for _ in range(4):
        assert [failing.failed() for _ in range(IN_A_ROW)] == [None] * IN_A_ROW
        failing.applied(1)
    assert failing.failed() is None


def test_a_batch_that_is_not_kept_is_not_counted():
    failing = Failing()
    for _ in range(10):
        attempt = failing.copy()
        assert [attempt.failed() for _ in range(IN_A_ROW)] == [None] * IN_A_ROW


def test_the_share_of_a_whole_feed_stops_the_projector(app, spec, totals):
    totals.poison = {1}
    append_at_once(app, [n % 2 for n in range(3 * SHARE)])
    loop = ProjectorLoop(app, spec, batch=50)
    assert f"{SHARE + 1} streams within" in _run_until_stopped(loop)
    assert len(list_parked(app.db)) <= SHARE
