"""A signal is never lost, though it takes no lock while nobody waits."""

from __future__ import annotations

from threading import Thread

from shared.eventstore.signal import Signal


def test_it_is_heard_however_the_two_meet():
    """Each answers the other: a single signal that is lost ends it."""
    ping, pong, heard = Signal(), Signal(), []

    def answer():
        ping.wait(0)
        for _ in range(3_000):
            ready.fire()
            heard.append(ping.wait(10))
            pong.fire()

    ready = Signal()
    ready.wait(0)
    other = Thread(target=answer)
    other.start()
    pong.wait(0)
    for _ in range(3_000):
        assert ready.wait(10)
        ping.fire()
        assert pong.wait(10)
    other.join()
    assert heard == [True] * 3_000


def test_one_wait_for_all_that_fired_and_none_for_what_was_heard():
    signal = Signal()
    assert signal.wait(0)  # a thread's first
    assert not signal.wait(0)
    signal.fire()
    signal.fire()
    assert signal.wait(0)
    assert not signal.wait(0.001)
    heard = []
    first = Thread(target=lambda: heard.append(signal.wait(0)))
    first.start()
    first.join()
    assert heard == [True]
