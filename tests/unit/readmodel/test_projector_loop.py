"""The projector applies each event once, shares work between replicas, and survives what fails."""

from __future__ import annotations

from threading import Event as Stop
from threading import Thread

import psycopg2
import pytest

from shared.eventstore.feed import start_new_epoch
from shared.eventstore.ticker import Ticker
from shared.problems import Problem
from shared.readmodel.pace import Pace
from shared.readmodel.pages import KEPT, Pages, first_of
from shared.readmodel.projector import ProjectorLoop, catch_up


def test_catching_up_applies_everything_once(app, totals, append, rows):
    stream = append(1, 2, 3)
    assert catch_up(app, totals, limit=2) == 3
    assert catch_up(app, totals) == 0
    assert rows() == {stream: (3, 3)}


def test_an_appended_event_is_applied_without_anybody_asking(app, spec, append, rows):
    stop, ticker, loop = Stop(), Ticker(app.store), ProjectorLoop(app, spec)
    threads = [Thread(target=ticker.run, args=(stop,)), Thread(target=loop.run, args=(stop,))]
    for thread in threads:
        thread.start()
    try:
        stream = append(7, tick=False)
        for _ in range(1000):
            if rows() == {stream: (1, 7)}:
                break
            app.store.wait(0.01)
        assert rows() == {stream: (1, 7)}
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_two_replicas_apply_each_event_once(app, spec, append, rows):
    streams = [append(1, 2, tick=False) for _ in range(20)]
    app.store.tick()
    replicas = [ProjectorLoop(app, spec, batch=3) for _ in range(2)]

    def drive(loop):
        for _ in range(40):
            loop.step()

    threads = [Thread(target=drive, args=(loop,)) for loop in replicas]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows() == dict.fromkeys(streams, (2, 2))


def test_a_replica_that_stands_behind_goes_on_from_the_others_place(app, spec, append, rows):
    first, second = ProjectorLoop(app, spec), ProjectorLoop(app, spec)
    stream = append(1)
    first.step()
    second.step()
    append(2, stream=stream, at=1)
    first.step()
    append(3, stream=stream, at=2)
    while second.step() or rows()[stream] != (3, 3):
        pass
    assert rows() == {stream: (3, 3)}


@pytest.mark.parametrize(
    "error", [psycopg2.OperationalError("gone"), Problem(503, "service_unavailable", "busy")]
)
def test_a_passing_failure_is_tried_again_and_parks_nothing(app, spec, totals, append, rows, error):
    totals.poison, totals.raises, loop = {1}, lambda: error, ProjectorLoop(app, spec)
    stream = append(1)
    assert loop.step() == 0
    assert app.db.fetch("SELECT * FROM parked") == []
    totals.poison = set()
    while loop.step() == 0:
        app.store.wait(0.05)
    assert rows() == {stream: (1, 1)}


def test_after_a_new_epoch_it_goes_on_behind_the_event_applied_last(app, spec, append, rows):
    loop = ProjectorLoop(app, spec)
    stream = append(1, 2)
    loop.step()
    append(3, stream=stream, at=2)
    with app.db.transaction() as db:
        start_new_epoch(db)
    while loop.step() == 0:
        pass
    assert rows() == {stream: (3, 3)}


def test_followers_at_one_place_read_a_page_once(app, append, monkeypatch):
    stream = append(1, 2, 3)
    read, asked = app.store.read_feed, []
    monkeypatch.setattr(app.store, "read_feed", lambda *args, **how: asked.append(args) or read(*args, **how))
    pages = Pages(app.store, 2)
    first, again = pages.read("case", ""), pages.read("case", "")
    assert first is again and len(asked) == 1
    cut = first_of(first, 1)
    assert ([event.version for event in cut.events], cut.cursor) == ([1], first.events[0].cursor)
    assert cut.head_at is None, "there is more"
    assert [event.version for event in pages.read("case", cut.cursor).events] == [2, 3]
    end = pages.read("case", pages.read("case", first.cursor).cursor)
    append(4, stream=stream, at=3)
    assert (end.events, len(pages.read("case", end.cursor).events)) == ([], 1), "an empty page is never kept"


def test_what_is_kept_of_the_feed_is_bounded(app, append):
    append(*range(20))
    pages, cursor = Pages(app.store, 2), ""
    for _ in range(10):
        cursor = pages.read("case", cursor).cursor
    assert len(pages._kept) == KEPT


def test_a_follower_finds_how_much_fits_into_a_moment():
    pace = Pace(500)
    for _ in range(20):
        pace.took(pace.limit, 0.001 * pace.limit)
    assert 60 < pace.limit <= 250, "a quarter of a second at a millisecond each"
    pace.took(pace.limit, pace.limit * 1.0)
    assert pace.limit == 1, "a second each: one at a time, at once"
