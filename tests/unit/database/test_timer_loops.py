"""A timer runs in one replica at a time, goes on while there is work, and survives its own failures."""

from __future__ import annotations

from threading import Event as Flag
from threading import Thread
from types import SimpleNamespace

import pytest

from shared.database.pool import Database
from shared.service.spec import ServiceSpec, Timer
from shared.service.timers import TimerLoop, timer_loops


@pytest.fixture
def app(database_dsn):
    db = Database(database_dsn)
    yield SimpleNamespace(name="cases", db=db)
    db.close()


def test_it_repeats_at_once_while_there_is_work(app):
    left = [3, 2, 0]
    assert TimerLoop(app, Timer("t", 60, lambda _: left.pop(0))).step() == 5
    assert left == []


def test_a_second_replica_does_nothing_meanwhile(app):
    seen = []
    other = TimerLoop(app, Timer("t", 60, lambda _: seen.append("other") or 0))
    mine = TimerLoop(app, Timer("t", 60, lambda _: seen.append(other.step()) or 0))
    mine.step()
    assert seen == [0]
    other.step()
    assert seen == [0, "other"]


def test_timers_of_different_names_do_not_exclude_each_other(app):
    inner = TimerLoop(app, Timer("b", 60, lambda _: 0))
    ran = []
    TimerLoop(app, Timer("a", 60, lambda _: ran.append(inner.step()) or 0)).step()
    assert ran == [0]


def test_a_failing_run_is_tried_again_in_the_next_period(app):
    stop, runs = Flag(), []

    def run(_):
        runs.append(1)
        if len(runs) == 3:
            stop.set()
        raise ValueError

    (loop,) = timer_loops(app, ServiceSpec("cases", "none", timers=(Timer("t", 0.01, run),)))
    thread = Thread(target=loop.run, args=(stop,))
    thread.start()
    thread.join(10)
    assert len(runs) == 3


def test_it_stops_between_batches_when_told(app):
    stop = Flag()
    loop = TimerLoop(app, Timer("t", 60, lambda _: stop.set() or 1))
    loop.run(stop)
    assert loop.step(stop) == 0
