"""A seal a day at its time in Asia/Shanghai, missed days too, never two of one day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from threading import Barrier, Thread

import psycopg2
import pytest
from sealed_store import NIGHT, A, B

from shared.clock import LEGAL_ZONE
from shared.eventstore.sealing import SM3
from shared.seals.audit import audit_store
from shared.seals.seal import Seal
from shared.seals.shelf import all_seals, newest
from shared.seals.taking import Sealing, next_seal_time, seal_due, seal_now


def seals(store) -> list[Seal]:
    with store.db.at_once() as cursor:
        return all_seals(cursor)


def put(store, stream, *numbers):
    store.append(stream, *numbers)
    store.app.store.tick()


@pytest.mark.parametrize(
    ("after", "due"),
    [
        ("2026-03-02T00:29:59+08:00", "2026-03-02T00:30:00+08:00"),
        ("2026-03-02T00:30:00+08:00", "2026-03-03T00:30:00+08:00"),
        ("2026-03-01T20:00:00+00:00", "2026-03-03T00:30:00+08:00"),
        ("2026-12-31T23:59:00+08:00", "2027-01-01T00:30:00+08:00"),
    ],
)
def test_the_time_of_day_is_that_of_shanghai(after, due):
    assert next_seal_time(datetime.fromisoformat(after), NIGHT) == datetime.fromisoformat(due)


def test_nothing_is_sealed_before_its_time_nor_twice(empty):
    assert seal_due(empty.app, empty.sealing) == 0, "nothing was ever appended"
    put(empty, A, 1, 2)
    due = next_seal_time(empty.clock.now(), NIGHT)
    empty.clock.advance_to(due - timedelta(microseconds=1))
    assert seal_due(empty.app, empty.sealing) == 0
    empty.clock.advance_to(due)
    assert [seal_due(empty.app, empty.sealing) for _ in range(3)] == [1, 0, 0]
    [made] = seals(empty)
    assert (made.statement.count, made.statement.until) == (2, due)
    assert made.statement.until.astimezone(LEGAL_ZONE).time() == time(0, 30)


def test_missed_days_are_sealed_one_by_one_each_with_its_own_events(empty):
    for days in (0, 1, 0, 3):
        empty.clock.advance_to(empty.clock.now() + timedelta(days=days))
        put(empty, A, days)
    empty.clock.advance_to(empty.clock.now() + timedelta(days=2))
    assert empty.seal() == 6
    stated = [seal.statement for seal in seals(empty)]
    assert [one.count for one in stated] == [1, 2, 0, 0, 1, 0]
    assert [one.first for one in stated] == [0, 1, 3, 3, 3, 4]
    assert {b.until - a.until for a, b in pairwise(stated)} == {timedelta(days=1)}
    assert [one.previous for one in stated] == [b"", *(one.digest() for one in stated[:-1])]
    assert empty.audit().clean


def test_two_replicas_at_once_take_one(empty):
    put(empty, A, 1)
    empty.day_passes()
    start, taken = Barrier(2), []

    def take():
        start.wait()
        taken.append(seal_due(empty.app, empty.sealing))

    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [0, 1]
    assert len(seals(empty)) == 1


def test_sealing_by_hand_covers_what_there_is_and_the_day_goes_on_after_it(empty):
    put(empty, A, 1)
    first = seal_now(empty.app, empty.sealing)
    assert first is not None
    assert (first.statement.count, first.statement.until) == (1, empty.clock.now())
    assert seal_now(empty.app, empty.sealing) is None, "the clock has not moved"
    put(empty, B, 1)
    empty.day_passes()
    assert empty.seal() == 1
    assert [seal.statement.count for seal in seals(empty)] == [1, 1]
    assert empty.audit().clean


def test_what_commits_after_a_seal_is_in_the_next_whenever_it_was_begun(empty):
    put(empty, A, 1)
    with empty.app.store.unit_of_work() as slow:
        slow.append(B, 0, [empty.event(1)], empty.by)
        empty.day_passes()
        assert empty.seal() == 1
    empty.day_passes()
    empty.app.store.tick()
    empty.day_passes()
    assert empty.seal() == 2
    assert sum(seal.statement.count for seal in seals(empty)) == 2
    assert empty.audit().clean


def test_a_seal_of_several_chunks_is_as_one_of_few(empty):
    for _ in range(3):
        put(empty, A, *range(800))
    empty.day_passes()
    assert empty.seal() == 1
    assert seals(empty)[0].statement.count == 2400
    assert empty.audit().clean
    empty.change(A, 2000, "type = 'case.rated'")
    assert empty.found() == {("changed", A, 2000)}


def test_sm3_seals_as_sha256_does_and_a_store_may_change_over(empty):
    put(empty, A, 1)
    empty.day_passes()
    assert empty.seal() == 1
    empty.sealing = Sealing(empty.sealing.signer, NIGHT, SM3)
    put(empty, A, 2)
    empty.day_passes()
    assert empty.seal() == 1
    assert [seal.statement.hash for seal in seals(empty)] == ["sha256", "sm3"]
    assert audit_store(empty.db, "cases", empty.keys).clean


def test_seals_are_append_only(empty):
    put(empty, A, 1)
    seal_now(empty.app, empty.sealing)
    for statement in ("UPDATE seals SET count = 0", "DELETE FROM seal_entries", "TRUNCATE seals CASCADE"):
        with pytest.raises(psycopg2.errors.RestrictViolation), empty.db.transaction() as cursor:
            cursor.execute(statement)


def test_times_are_stored_as_they_were_signed(empty):
    put(empty, A, 1)
    empty.clock.advance_to(datetime(2026, 3, 5, 1, 2, 3, 456789, tzinfo=UTC))
    made = seal_now(empty.app, empty.sealing)
    with empty.db.at_once() as cursor:
        stored = newest(cursor)
    assert stored == made
    assert stored.fault(empty.keys) is None
