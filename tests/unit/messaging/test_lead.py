"""One relay leads. A silent leader is put out by its session, and can't write over the next one's place."""

from __future__ import annotations

import pytest

from shared.eventstore.errors import StoreUnavailable
from shared.messaging.lead import BEAT, SILENCE, STANDBY, Lead
from shared.testing.waiting import await_that

WRITE = (
    "INSERT INTO checkpoints (subscriber, source, category, cursor) VALUES %s"
    " ON CONFLICT (subscriber, source, category) DO UPDATE SET cursor = excluded.cursor"
)


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lead(app, clock):
    """Leads of one service. `beat` longer than the test stands for a process that is stopped or cut off."""
    made = []

    def make(beat=3600.0, of="cases"):
        made.append(Lead(app.db, "relay", of, now=clock, beat=beat))
        return made[-1]

    yield make
    for one in made:
        one.release()


def place(lead, cursor):
    lead.write(WRITE, [("relay", "cases", "*", cursor)], "(%s, %s, %s, %s)")


def stored(app):
    return app.db.fetch("SELECT cursor FROM checkpoints WHERE subscriber = 'relay'")[0]["cursor"]


def test_a_takeover_begins_within_five_seconds():
    assert BEAT + SILENCE + STANDBY < 5


def test_a_silent_leader_is_put_out_and_writes_nothing_more(app, lead, clock):
    old, new = lead(), lead()
    assert old.take()
    place(old, "old")
    assert not new.take()
    clock.seconds = SILENCE - 0.1
    assert not new.take(), "not yet silent for long enough"
    place(old, "still")
    clock.seconds = SILENCE + 0.1
    assert not new.take(), "a lead whose holder is put out is free at the next look"
    await_that(new.take)
    place(new, "new")
    with pytest.raises(StoreUnavailable):
        place(old, "old again")
    assert stored(app) == "new"


def test_a_leader_that_beats_stays(lead, clock):
    old, new = lead(beat=0.01), lead()
    assert old.take()
    for second in range(10):
        assert not new.take()
        clock.seconds = second * SILENCE
        before = beat_of(new)
        await_that(lambda before=before: beat_of(new) != before)
    old.confirm()


def test_a_leader_learns_that_it_lost_its_session_without_writing(app, lead):
    old = lead(beat=0.01)
    assert old.take()
    with app.db.transaction() as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    await_that(lambda: lost(old))


def test_leads_of_two_services_have_nothing_to_do_with_each_other(lead, clock):
    one, other = lead(), lead(of="notify")
    assert one.take()
    clock.seconds = SILENCE * 2
    assert other.take()
    place(one, "here")


def beat_of(watcher):
    return watcher.read("SELECT updated_at FROM checkpoints WHERE subscriber = 'relay'", ())


def lost(lead):
    try:
        lead.confirm()
    except StoreUnavailable:
        return True
    return False
