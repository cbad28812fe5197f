"""A subscriber takes what is there together, and neither waits for a pause nor stops for want of answers."""

from __future__ import annotations

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
from shared.testing.waiting import await_that

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def an_intake(handle: Any, url: str = "yiwang-memory://none", batch: int = BATCH) -> Intake:
    queue = Queue(uuid4().hex, EVENTS, "case.*")
    return Intake(url, queue, handle, service="notify", batch=batch)


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
        with connect(url) as connection:
            producer = connection.Producer()
            for number in range(40):
                message = head_message("cases", "case", f"one-{number:x}-1", NOON)
                producer.publish(
                    message, exchange=EVENTS.name, routing_key=routing_key(message), serializer="json"
                )
        sent.set()
        await_that(lambda: len(seen) >= 40)
    finally:
        sent.set()
        stop.set()
        thread.join(10)
    assert seen == [f"one-{number:x}-1" for number in range(40)]
    with connect(url) as connection:  # what was not answered for lies there again
        assert connection.channel().queue_declare(intake._queue.name, passive=True).message_count == 0
