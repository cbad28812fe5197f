"""A read that names a write's token waits until it sees that write, or says why it can't."""

from __future__ import annotations

from threading import Thread
from uuid import uuid4

import pytest

from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.waiting import wait_for
from shared.problems import Problem
from shared.readmodel.projector import ProjectorLoop, catch_up


@pytest.fixture
def write(app):
    def do(*numbers, type="case.noted"):
        with app.store.unit_of_work() as unit:
            unit.append(uuid4(), 0, [NewEvent(type, {"n": n}, app.clock.now()) for n in numbers], Metadata())
            return f"cases:{unit.txid}"

    return do


def test_it_returns_once_the_read_model_shows_the_write(app, spec, write, rows):
    token, loop = write(1, 2, 3), ProjectorLoop(app, spec, batch=1)

    def apply():
        app.store.tick()
        while loop.step():
            pass

    worker = Thread(target=apply)
    worker.start()
    wait_for(app, token, ["totals"], 10)
    assert next(iter(rows().values())) == (3, 3)
    worker.join()


def test_a_read_model_that_never_ran_is_waited_for_and_then_named(app, write):
    with pytest.raises(Problem) as caught:
        wait_for(app, write(1), ["totals"], 0.05)
    assert (caught.value.status, caught.value.code) == (503, "read_model_behind")
    assert caught.value.extra["subscriber"] == "totals"


def test_how_far_behind_is_said(app, totals, append, write):
    append(1)
    catch_up(app, totals)
    token = write(1)
    app.store.tick()
    with pytest.raises(Problem) as caught:
        wait_for(app, token, ["totals"], 0)
    assert caught.value.extra["behind_seconds"] == 0


def test_a_parked_stream_is_said_to_be_parked(app, totals, write):
    totals.poison, token = {1}, write(1)
    app.store.tick()
    catch_up(app, totals)
    with pytest.raises(Problem) as caught:
        wait_for(app, token, ["totals"], 5)
    assert caught.value.code == "case_parked"


def test_a_category_the_read_model_does_not_follow_is_not_waited_for(app, write):
    wait_for(app, write(1, type="fee.paid"), ["totals"], 0)


@pytest.mark.parametrize("token", [None, "", "notify:77", "cases:99999999"])
def test_what_is_not_in_this_store_is_not_waited_for(app, token):
    wait_for(app, token, ["totals"], 0)


@pytest.mark.parametrize("token", ["nonsense", "cases:x", ":5", "cases:-1", "cases:" + "9" * 30])
def test_a_malformed_token_is_refused(app, token):
    with pytest.raises(Problem) as caught:
        wait_for(app, token, ["totals"], 0)
    assert caught.value.status == 400
