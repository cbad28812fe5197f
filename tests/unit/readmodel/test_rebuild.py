"""A rebuild makes the rows anew from history while the old ones serve, then changes places."""

from __future__ import annotations

from threading import Thread

import pytest

from shared.problems import Problem
from shared.readmodel.failures import ReplayFailed
from shared.readmodel.parking import retry_parked
from shared.readmodel.projector import ProjectorLoop, catch_up
from shared.readmodel.rebuild import rebuild
from shared.readmodel.replay import local_reader


@pytest.fixture
def readers(app):
    return {"cases": local_reader(app.store)}


def schemas(app):
    found = app.db.fetch("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'rm%%' ORDER BY 1", ())
    return [row["nspname"] for row in found]


def spoil(app):
    with app.db.transaction() as db:
        db.execute("UPDATE rm_totals.total SET events = 99")
        db.execute("INSERT INTO rm_totals.total (stream, events) VALUES (gen_random_uuid(), 1)")


def test_the_new_rows_serve_and_the_old_ones_are_kept(app, totals, append, rows, readers):
    stream = append(1, 2, 3)
    catch_up(app, totals)
    spoil(app)
    done = rebuild(app.db, totals, readers)
    assert rows() == {stream: (3, 3)}
    assert done.events == 3
    assert done.rows == {"total": (2, 1)}
    assert done.changed == ("total",)
    assert len(rows("rm_totals__old")) == 2
    assert rebuild(app.db, totals, readers).changed == ()
    assert schemas(app) == ["rm_totals", "rm_totals__old"]


def test_after_it_the_projector_goes_on_without_repeating_or_skipping(
    app, spec, totals, append, rows, readers
):
    loop, stream = ProjectorLoop(app, spec), append(1, 2)
    loop.step()
    append(3, stream=stream, at=2)
    rebuild(app.db, totals, readers)
    assert rows() == {stream: (2, 2)}, "not past the serving checkpoint"
    append(4, stream=stream, at=3)
    while loop.step():
        pass
    assert rows() == {stream: (4, 4)}


def test_events_that_come_meanwhile_are_in_it_once(app, spec, totals, append, rows, readers):
    streams = [append(1, 2, tick=False) for _ in range(10)]
    app.store.tick()
    loop, stop = ProjectorLoop(app, spec), []

    def work():
        while not stop:
            streams.append(append(1, 2))
            loop.step()

    worker = Thread(target=work)
    worker.start()
    try:
        for _ in range(3):
            rebuild(app.db, totals, readers)
    finally:
        stop.append(True)
        worker.join()
    while loop.step():
        pass
    assert rows() == dict.fromkeys(streams, (2, 2))


def test_a_failing_history_leaves_what_serves_untouched(app, totals, append, rows, readers):
    stream = append(1, 2)
    catch_up(app, totals)
    totals.poison = {2}
    with pytest.raises(ReplayFailed, match="ValueError") as caught:
        rebuild(app.db, totals, readers)
    assert "张三" not in str(caught.value)
    assert rows() == {stream: (2, 2)}
    assert schemas(app) == ["rm_totals"]


def test_parked_streams_stay_parked_and_can_still_be_retried(app, spec, totals, append, rows, readers):
    totals.poison = {2}
    bad = append(1, 2, 3)
    catch_up(app, totals)
    totals.poison = set()
    rebuild(app.db, totals, readers)
    assert rows() == {bad: (1, 1)}
    retry_parked(app, spec, "totals", bad)
    assert rows() == {bad: (3, 3)}


def test_it_says_how_far_it_is(app, totals, append, readers):
    append(1, 2, 3)
    catch_up(app, totals)
    said = []
    rebuild(app.db, totals, readers, said.append)
    assert [(at.phase, at.events, at.done) for at in said] == [
        ("catching up", 3, 1.0),
        ("comparing", 3, None),
    ]
    assert said[0].per_second > 0


def test_two_at_once_are_refused(app, totals, append, readers):
    append(1)
    catch_up(app, totals)
    refused = []

    def reader(category, after, limit):
        with pytest.raises(Problem) as caught:
            rebuild(app.db, totals, readers)
        refused.append(caught.value.code)
        return readers["cases"](category, after, limit)

    rebuild(app.db, totals, {"cases": reader})
    assert refused == ["rebuild_running"]


def test_a_source_without_a_reader_is_refused(app, totals):
    with pytest.raises(ReplayFailed, match="cases"):
        rebuild(app.db, totals, {})
    assert schemas(app) == ["rm_totals"]
