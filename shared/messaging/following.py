"""Keeps a subscriber fed from its queue: the loop between `Intake` and `Subscriber`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from threading import Event
from time import monotonic, sleep
from typing import Any

import structlog

from shared.messaging.intake import SILENCE, Intake
from shared.messaging.published import HEAD
from shared.messaging.subscription import Pull, Subscriber
from shared.messaging.topology import subscription_queue
from shared.observability import metrics
from shared.problems import Problem
from shared.readmodel import stopping
from shared.readmodel.applying import SubscriberStopped
from shared.readmodel.consumer import consumers
from shared.readmodel.failures import is_passing
from shared.service.application import Application, Remote
from shared.service.spec import ServiceSpec

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
PULL_SECONDS = 10.0
"""For a page of the owner's feed. A question that was lost with a broker node is asked again after this."""

TURN_PAUSES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)


class Following:
    """One subscriber, one source service. `stopped` says why it gave up, until an operator resumes it."""

    def __init__(self, app: Application, subscriber: Subscriber, source: str, url: str) -> None:
        self.name = subscriber.name
        self.source = source
        self.stopped: str | None = None
        self._service = app.name
        self._db = app.db
        self._subscriber = subscriber
        queue = subscription_queue(app.name, subscriber.name, source, subscriber.categories)
        self._intake = Intake(
            url, queue, self._receive, service=app.name, begin=self._pull, unheard=self._missed,
            apart=subscriber.apart,
        )  # fmt: skip

    @property
    def consuming(self) -> bool:
        """Also when it has given up: the service answers without it, and the status says what is wrong."""
        return self._intake.ready.is_set() or self.stopped is not None

    def run(self, stop: Event) -> None:
        pause = FIRST_PAUSE
        while not stop.is_set():
            began = monotonic()
            try:
                self._await_resumption(stop)
                self._intake.run(stop)
            except SubscriberStopped as error:
                stopping.note(self._db, self.name, self.source, str(error))
                log.exception("subscriber_stopped", service=self._service, subscriber=self.name)
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("subscriber_waits", subscriber=self.name, source=self.source, reason=str(error))
                pause = FIRST_PAUSE if monotonic() - began > LONGEST_PAUSE else pause
                stop.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _await_resumption(self, stop: Event) -> None:
        """Returns when it may go on, at once if nobody has stopped it. Raises a passing failure."""
        gauge = metrics.FOLLOWING_STOPPED.labels(self._service, self.name, self.source)
        while not stop.is_set():
            with self._db.at_once() as db:
                reason = stopping.reason_of(db, self.name, self.source)
            if reason is None:
                break
            self.stopped = reason
            gauge.set(1)
            stop.wait(stopping.LOOK)
        if self.stopped is not None:
            self.stopped = None
            gauge.set(0)
            self._subscriber.begin_again()

    def _receive(self, messages: list[dict[str, Any]]) -> None:
        _in_turn(partial(self._subscriber.receive_batch, messages))

    def _pull(self) -> None:
        _in_turn(self._subscriber.pull_until_current)

    def _missed(self) -> bool:
        """Whether the queue's silence kept something from us; it is applied then."""
        found: list[int] = []
        try:
            _in_turn(lambda: found.append(self._subscriber.pull_unless_fed(SILENCE / 2)))
        except Exception as error:
            if not is_passing(error):
                raise
            log.warning("could_not_pull", subscriber=self.name, source=self.source, reason=str(error))
        if sum(found):
            log.warning("pulled_in_silence", subscriber=self.name, source=self.source, events=sum(found))
        return sum(found) > 0


def _in_turn(work: Callable[[], object]) -> None:
    """A subscriber of several feeds applies one at a time: wait a moment for its own other half.

    A replica that holds it for longer is a passing failure like any other.
    """
    for pause in TURN_PAUSES:
        try:
            work()
            return
        except Problem as problem:
            if problem.code != "busy":
                raise
        sleep(pause)
    work()


def followings(spec: ServiceSpec, app: Application, url: str) -> list[Following]:
    """One for each subscriber of the service and each other service it follows."""
    found = []
    for consumer in consumers(app, spec):
        for source in sorted(consumer.services() - {app.name}):
            subscriber = Subscriber(app, consumer, source, pull_from(app.remote, source))
            found.append(Following(app, subscriber, source, url))
    return found


def pull_from(remote: Remote, service: str) -> Pull:
    """The owner's `feed` operation, asked over RPC in this service's own name."""

    def pull(category: str, after: str, limit: int) -> dict[str, object]:
        params = {"category": category, "after": after, "limit": 1 if after == HEAD else limit}
        page: dict[str, object] = remote.call(service, "feed", params=params, timeout=PULL_SECONDS).value
        return page

    return pull


def describe(followed: Iterable[Following]) -> list[dict[str, object]]:
    """For the status: who consumes what, and who gave up why."""
    return [
        {"subscriber": one.name, "source": one.source, "consuming": one.consuming, "stopped": one.stopped}
        for one in followed
    ]
