"""One bad event parks one stream; all others flow, and an operator repairs it."""

from __future__ import annotations

import pytest

from shared.eventstore.errors import StoreUnavailable
from shared.problems import Problem
from shared.readmodel.parking import list_parked, list_skipped, retry_all, retry_parked, show_parked
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


def test_skip_goes_on_without_the_first_and_keeps_who_and_why(app, totals, append, rows, skip):
    totals.poison = {2}
    bad = append(1, 2, 3)
    catch_up(app, totals)
    assert skip(bad, reason="a duplicate") == {"applied": 1, "left": 0}
    assert rows() == {bad: (2, 3)}
    assert list_parked(app.db) == []
    (kept,) = list_skipped(app.db, "totals")
    assert (kept["version"], kept["skipped_by"], kept["skip_reason"]) == (2, "operator-1", "a duplicate")
    assert kept["skipped_at"] is not None


def test_skip_takes_only_the_event_that_was_meant(app, totals, append, rows, skip):
    totals.poison = {2, 3}
    bad = append(1, 2, 3, 4)
    catch_up(app, totals)
    assert skip(bad, version=2) == {"applied": 0, "left": 2}
    with pytest.raises(Problem) as caught:
        skip(bad, version=2)
    assert caught.value.code == "parked_moved"
    assert rows() == {bad: (1, 1)}


def test_a_skip_that_can_not_be_carried_through_skips_nothing(app, totals, append, skip):
    """The handler finds no database after the skip: a second try with the same key must not skip two."""
    totals.poison = {2, 3}
    bad = append(1, 2, 3)
    catch_up(app, totals)
    totals.raises = lambda: StoreUnavailable("away")
    with pytest.raises(StoreUnavailable):
        skip(bad)
    assert [row["version"] for row in show_parked(app.db, "totals", bad)] == [2, 3]
    assert list_skipped(app.db) == []


def test_all_streams_of_a_subscriber_are_retried_together(app, spec, totals, append, rows):
    totals.poison = {1, 5}
    mended, still = append(1, 2), append(5, 6)
    catch_up(app, totals)
    totals.poison = {5}
    assert retry_all(app, spec, "totals") == {"streams": 2, "mended": 1, "applied": 2, "left": 2}
    assert rows() == {mended: (2, 2)}
    assert [row["stream"] for row in list_parked(app.db)] == [str(still)]


def test_what_is_not_parked_is_not_found(app, spec, append):
    stream = append(1)
    with pytest.raises(Problem) as caught:
        retry_parked(app, spec, "totals", stream)
    assert caught.value.status == 404
    with pytest.raises(Problem):
        retry_parked(app, spec, "nobody", stream)


def test_failures_among_successes_do_not_stop_it(app, spec, totals, append):
    totals.poison = {1}
    for n in range(50):
        append(n % 2, tick=False)
    app.store.tick()
    loop = ProjectorLoop(app, spec)
    loop.step()
    assert not loop.errors()
    assert len(list_parked(app.db)) == 25
