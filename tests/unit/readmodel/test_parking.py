"""One bad event parks one stream; all others flow, and an operator repairs it."""

from __future__ import annotations

import pytest

from shared.problems import Problem
from shared.readmodel.parking import list_parked, retry_parked, show_parked, skip_parked
from shared.readmodel.projector import ProjectorLoop, catch_up


def test_the_failing_stream_waits_in_order_and_the_others_flow(app, totals, append, rows):
    totals.poison = {2}
    good, bad = append(10), append(1, 2, 3)
    append(11, stream=good, at=1)
    catch_up(app, totals)
    append(4, stream=bad, at=3)
    append(12, stream=good, at=2)
    catch_up(app, totals)
    assert rows() == {good: (3, 12), bad: (1, 1)}
    (parked,) = list_parked(app.db)
    assert (parked["stream"], parked["version"], parked["events"]) == (str(bad), 2, 3)
    assert [row["version"] for row in show_parked(app.db, "totals", bad)] == [2, 3, 4]


def test_what_is_kept_quotes_neither_the_event_nor_the_error(app, totals, append):
    totals.poison = {2}
    append(2)
    catch_up(app, totals)
    (row,) = app.db.fetch("SELECT event::text AS event, error FROM parked")
    assert '"n"' not in row["event"]
    assert "张三" not in row["error"]
    assert row["error"].startswith("ValueError in Totals.apply, line ")


def test_retry_applies_in_order_and_lets_the_stream_flow_again(app, spec, totals, append, rows):
    totals.poison = {2}
    bad = append(1, 2, 3)
    catch_up(app, totals)
    assert retry_parked(app, spec, "totals", bad) == {"applied": 0, "left": 2}
    assert show_parked(app.db, "totals", bad)[0]["tries"] == 2
    totals.poison = set()
    assert retry_parked(app, spec, "totals", bad) == {"applied": 2, "left": 0}
    append(4, stream=bad, at=3)
    catch_up(app, totals)
    assert rows() == {bad: (4, 4)}
    assert list_parked(app.db) == []


def test_retry_stops_at_the_next_event_that_fails(app, spec, totals, append, rows):
    totals.poison = {1, 3}
    bad = append(1, 2, 3, 4)
    catch_up(app, totals)
    totals.poison = {3}
    assert retry_parked(app, spec, "totals", bad) == {"applied": 2, "left": 2}
    assert rows() == {bad: (2, 2)}


def test_skip_goes_on_without_the_first_and_keeps_a_trace(app, spec, totals, append, rows):
    totals.poison = {2}
    bad = append(1, 2, 3)
    catch_up(app, totals)
    assert skip_parked(app, spec, "totals", bad) == {"applied": 1, "left": 0}
    assert rows() == {bad: (2, 3)}
    assert list_parked(app.db) == []
    assert app.db.fetch("SELECT version FROM parked WHERE skipped_at IS NOT NULL") == [{"version": 2}]


def test_what_is_not_parked_is_not_found(app, spec, append):
    stream = append(1)
    with pytest.raises(Problem) as caught:
        retry_parked(app, spec, "totals", stream)
    assert caught.value.status == 404
    with pytest.raises(Problem):
        retry_parked(app, spec, "nobody", stream)


def test_when_every_stream_fails_it_stops_instead_of_parking_all(app, spec, totals, append):
    totals.poison = {1}
    for _ in range(30):
        append(1, tick=False)
    app.store.tick()
    loop = ProjectorLoop(app, spec, batch=10)
    while not loop.errors():
        loop.step()
    assert "21 streams in a row" in loop.errors()["totals"]
    assert len(list_parked(app.db)) == 20
    assert loop.step() == 0


def test_failures_among_successes_do_not_stop_it(app, spec, totals, append):
    totals.poison = {1}
    for n in range(50):
        append(n % 2, tick=False)
    app.store.tick()
    loop = ProjectorLoop(app, spec)
    loop.step()
    assert not loop.errors()
    assert len(list_parked(app.db)) == 25
