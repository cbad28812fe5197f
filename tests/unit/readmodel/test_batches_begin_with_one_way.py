"""A batch goes to the database in hope; what stands against it is found out, and nothing is applied twice."""

from __future__ import annotations

from threading import Thread

import pytest

from shared.database.gathering import GatheringCursor
from shared.readmodel import checkpoints
from shared.readmodel.parking import park, retry_parked
from shared.readmodel.projector import ProjectorLoop


@pytest.fixture
def loop(app, spec, append, rows):
    """One that has applied a batch, and hopes from now on."""
    loop, stream = ProjectorLoop(app, spec), append(1)
    assert loop.step() == 1
    assert rows() == {stream: (1, 1)}
    return loop


def test_a_batch_of_which_nothing_is_read_is_one_way(app, loop, append, rows, monkeypatch):
    ways, send = [], GatheringCursor._send
    monkeypatch.setattr(
        GatheringCursor, "_send", lambda cursor: (ways.append(1) if cursor._waiting else None, send(cursor))
    )
    stream = append(7)
    assert loop.step() == 1
    assert (rows()[stream], len(ways)) == ((1, 7), 1)


def test_while_somebody_else_holds_it_nothing_is_applied_and_nobody_waits(app, loop, append, rows):
    stream = append(2)
    with app.db.transaction() as db:
        checkpoints.lock(db, "totals")
        assert [loop.step() for _ in range(3)] == [0, 0, 0]
    assert loop.step() == 1
    assert rows()[stream] == (1, 2)


def test_a_replica_that_hoped_finds_that_another_was_there(app, spec, loop, append, rows):
    stream = append(1, 2)
    ProjectorLoop(app, spec).step()
    append(3, stream=stream, at=2)
    while loop.step() == 0:
        pass
    assert rows()[stream] == (3, 3)


def test_a_stream_that_was_parked_meanwhile_stays_in_order(app, spec, loop, append, rows):
    stream = append(5)
    page = app.store.read_feed(category="case")
    event = next(each for each in page.events if each.stream == stream)
    with app.db.transaction() as db:
        park(db, "cases", "totals", event, None)
    other = append(6)
    assert loop.step() == 2
    assert stream not in rows() and rows()[other] == (1, 6)
    append(7, stream=stream, at=1)
    assert loop.step() == 1
    assert retry_parked(app, spec, "totals", stream) == {"applied": 2, "left": 0}
    append(8, stream=stream, at=2)
    assert loop.step() == 1
    assert rows()[stream] == (3, 8)


def test_replicas_that_hope_apply_each_event_once(app, spec, append, rows):
    replicas = [ProjectorLoop(app, spec, batch=2) for _ in range(3)]
    streams = []

    def drive(loop):
        for _ in range(30):
            loop.step()

    for _ in range(4):
        streams += [append(1, 2) for _ in range(5)]
        threads = [Thread(target=drive, args=(loop,)) for loop in replicas]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert rows() == dict.fromkeys(streams, (2, 2))
