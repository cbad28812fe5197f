"""A subscriber of another service gives up when everything fails, and goes on when an operator says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest

from shared.messaging import following
from shared.messaging.following import Following
from shared.messaging.subscription import Subscriber
from shared.readmodel import stopping
from shared.readmodel.parking import list_parked, retry_all
from shared.service.application import Application
from shared.service.spec import ServiceSpec
from shared.testing.waiting import await_that


class QueueOfAll:
    """In the intake's place: brings what the owner has published, again and again, until told to stop."""

    def __init__(self, url: str, queue: Any, handle: Callable[[list[Any]], None], **_: Any) -> None:
        self.handle = handle
        self.ready = Event()
        self.messages: Callable[[], list[Any]] = list

    def run(self, stop: Event) -> None:
        self.ready.set()
        try:
            while not stop.is_set():
                self.handle(self.messages())
                stop.wait(0.02)
        finally:
            self.ready.clear()


@pytest.fixture
def spec(log: Any) -> ServiceSpec:
    return ServiceSpec("notify", "none", subscriptions=(log,))


@pytest.fixture
def follow(
    app: Application, log: Any, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Following]]:
    """Begin to follow, in a thread as the runtime does."""
    monkeypatch.setattr(following, "Intake", QueueOfAll)
    monkeypatch.setattr(stopping, "LOOK", 0.02)
    stop, threads = Event(), []

    def begin() -> Following:
        made = Following(app, Subscriber(app, log, "cases", owner.pull), "cases", "none")
        made._intake.messages = owner.messages
        threads.append(Thread(target=made.run, args=(stop,), daemon=True))
        threads[-1].start()
        return made

    yield begin
    stop.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_it_stops_and_an_operator_lets_it_go_on(
    app: Application, log: Any, owner: Any, spec: ServiceSpec, seen: Any, follow: Callable[[], Following]
) -> None:
    log.poison = set(range(30))
    for number in range(30):
        owner.append(number)
    one = follow()
    await_that(lambda: one.stopped)
    assert "21 streams in a row" in stopping.all_standing(app.db)["log"]
    assert one.consuming  # the service answers without it
    assert (seen(), list_parked(app.db)) == ([], [])  # what it was at went back with it
    log.poison = set()
    assert stopping.resume(app, spec, "log", "operator-1") == {"resumed": ["cases"]}
    await_that(lambda: len(seen()) == 30)
    assert one.stopped is None
    owner.append(31)
    await_that(lambda: seen()[-1] == 31)


def test_one_that_is_started_anew_stands_still_too(
    app: Application, log: Any, owner: Any, spec: ServiceSpec, seen: Any, follow: Callable[[], Following]
) -> None:
    stopping.note(app.db, "log", "cases", "everything failed")
    owner.append(1)
    one = follow()
    await_that(lambda: one.stopped == "everything failed")
    assert seen() == []
    stopping.resume(app, spec, "log", "operator-1")
    await_that(lambda: seen() == [1])
    assert retry_all(app, spec, "log")["streams"] == 0
