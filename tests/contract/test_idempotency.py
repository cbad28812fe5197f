"""The same key gets the same answer, however close together it comes."""

from __future__ import annotations

from threading import Barrier, Event, Thread
from uuid import uuid4

import pytest

from shared.eventstore.errors import CommandKeyReused
from shared.eventstore.event import Metadata


def run(store, key="k1", fingerprint="f1", answer=None, principal="u1"):
    with store.unit_of_work() as unit:
        known = unit.begin_command(principal, key, fingerprint)
        if known is None:
            unit.finish_command(answer or {"case_no": "N1"})
        return known


def test_the_second_time_answers_what_was_stored(store):
    assert run(store) is None
    assert run(store) == {"case_no": "N1"}


def test_another_body_under_the_same_key_is_refused(store):
    run(store)
    with pytest.raises(CommandKeyReused):
        run(store, fingerprint="f2")


def test_keys_are_scoped_to_their_principal(store):
    run(store)
    assert run(store, principal="u2") is None


def test_a_claimed_key_without_an_answer_is_not_committed(store):
    with pytest.raises(RuntimeError), store.unit_of_work() as unit:
        unit.begin_command("u1", "k1", "f1")
    assert run(store) is None


def test_a_failure_is_not_stored_and_who_waited_runs_the_command(store):
    claimed, seen = Event(), []

    def second():
        claimed.wait(5)
        seen.append(run(store))

    thread = Thread(target=second)
    thread.start()
    with pytest.raises(ZeroDivisionError), store.unit_of_work() as unit:
        unit.begin_command("u1", "k1", "f1")
        claimed.set()
        raise ZeroDivisionError
    thread.join()
    assert seen == [None]


def test_many_at_once_run_the_command_once(store, make):
    stream, start, answers = uuid4(), Barrier(6), []

    def submit():
        start.wait()
        with store.unit_of_work() as unit:
            known = unit.begin_command("u1", "k1", "f1")
            if known is None:
                unit.append(stream, 0, [make()], Metadata())
                unit.finish_command({"version": 1})
            answers.append(known)

    threads = [Thread(target=submit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.read_stream(stream)) == 1
    assert answers.count(None) == 1
    assert answers.count({"version": 1}) == 5
