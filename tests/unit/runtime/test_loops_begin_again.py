"""Background work survives its errors and stops when told."""

from __future__ import annotations

from threading import Event

import pytest

from shared.runtime import loops as module
from shared.runtime.loops import Loop, Loops

WAIT = 10


def test_a_loop_that_fails_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.001)
    rounds: list[int] = []
    third = Event()

    def run(stop: Event) -> None:
        rounds.append(len(rounds))
        if len(rounds) < 3:
            raise RuntimeError("not yet")
        third.set()
        stop.wait()

    loops = Loops()
    loops.start(Loop("test", "failing", run))
    assert third.wait(WAIT)
    assert loops.stop(WAIT) == []


def test_one_that_does_not_stop_in_time_is_named() -> None:
    release = Event()
    loops = Loops()
    loops.start(Loop("test", "stubborn", lambda stop: release.wait(WAIT) and None))
    assert loops.stop(0.01) == ["test-stubborn"]
    release.set()
