"""A subscriber takes what is there together, and neither waits for a pause nor stops for want of answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Event, Thread
from time import sleep
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from kombu import Queue

from shared.messaging.cloudevents import head_message, routing_key
from shared.messaging.connection import connect
from shared.messaging.intake import BATCH, Intake
from shared.messaging.topology import EVENTS
from shared.testing.background import running
from shared.testing.waiting import await_that

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def an_intake(
    handle: Any, url: str = "yiwang-memory://none", batch: int = BATCH, apart: float = 0.0
) -> Intake:
    queue = Queue(uuid4().hex, EVENTS, "case.*")
    return Intake(url, queue, handle, service="notify", batch=batch, apart=apart)


def say_heads(url: str, numbers: Iterable[int]) -> None:
    with connect(url) as connection:
        producer = connection.Producer()
        for number in numbers:
            message = head_message("cases", "case", f"one-{number:x}-1", NOON)
            key = routing_key(message)
            producer.publish(message, exchange=EVENTS.name, routing_key=key, serializer="json")


class Rest(Event):
    """A flag whose waiting ends when it is told to, and that keeps how long it was to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[float] = []
        self.over = Event()

    def wait(self, timeout: float | None = None) -> bool:
        if timeout:
            self.asked.append(timeout)
            self.over.wait(30)
        return self.is_set()


def test_messages_that_follow_each_other_for_ever_are_handed_on() -> None:
    waiting: list[Any] = []
    beats: list[bool] = []

    def drain(timeout: float) -> None:
        sleep(0.001)
        waiting.append("one more")

    endless = SimpleNamespace(drain_events=drain, heartbeat_check=lambda: beats.append(True))
    an_intake(lambda _: None)._gather(cast(Any, endless), waiting)
    assert 1 <= len(waiting) < BATCH
    assert beats == [True], "heartbeats are looked after though it never falls silent"


def test_many_batches_are_answered_for_on_the_embedded_broker() -> None:
    seen: list[str] = []
    url = f"yiwang-memory://{uuid4().hex}"
    stop, sent = Event(), Event()

    def handle(messages: list[dict[str, Any]]) -> None:
        sent.wait(30)  # so that there are more than one to be taken together
        seen.extend(message["data"]["cursor"] for message in messages)

    intake = an_intake(handle, url, batch=5)
    thread = Thread(target=intake.run, args=(stop,), daemon=True)
    thread.start()
    try:
        await_that(intake.ready.is_set)
        say_heads(url, range(40))
        sent.set()
        await_that(lambda: len(seen) >= 40)
    finally:
        sent.set()
        stop.set()
        thread.join(10)
    assert seen == [f"one-{number:x}-1" for number in range(40)]
    with connect(url) as connection:  # what was not answered for lies there again
        assert connection.channel().queue_declare(intake._queue.name, passive=True).message_count == 0


def test_after_a_batch_what_comes_waits_for_company() -> None:
    seen: list[str] = []
    url = f"yiwang-memory://{uuid4().hex}"
    rest = Rest()
    intake = an_intake(
        lambda messages: seen.extend(each["data"]["cursor"] for each in messages), url, apart=5
    )
    with running(intake.run, stop=rest):
        await_that(intake.ready.is_set)
        say_heads(url, [0])
        await_that(lambda: bool(rest.asked))
        assert seen == ["one-0-1"], "the first after a quiet time did not wait"
        say_heads(url, [1, 2, 3])
        assert 0 < rest.asked[0] <= 5
        assert seen == ["one-0-1"]
        rest.over.set()
        await_that(lambda: len(seen) == 4)


def test_after_a_full_batch_nobody_waits() -> None:
    seen: list[str] = []
    url = f"yiwang-memory://{uuid4().hex}"
    rest = Rest()
    intake = an_intake(lambda messages: seen.extend(str(each) for each in messages), url, batch=1, apart=5)
    with running(intake.run, stop=rest):
        await_that(intake.ready.is_set)
        say_heads(url, range(6))
        await_that(lambda: len(seen) == 6)
        assert rest.asked == []
