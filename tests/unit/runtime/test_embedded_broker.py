"""The broker of the embedded shape does what RabbitMQ does, where we rely on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from threading import Thread
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from amqp.exceptions import AMQPError
from kombu import Connection, Consumer, Exchange, Queue
from kombu.exceptions import KombuError

from shared.messaging.connection import connect

EVENTS = Exchange("events", type="topic")


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A broker of its own for each test."""
    with connect(f"yiwang-memory://{uuid4().hex}") as opened:
        yield opened


def declare(connection: Connection, name: str, key: str, **arguments: Any) -> Queue:
    queue = Queue(name, exchange=EVENTS, routing_key=key, queue_arguments=arguments)
    bound = queue(connection.channel())
    bound.declare()
    return bound


def publish(connection: Connection, key: str, body: Any = "a message", **options: Any) -> None:
    connection.Producer().publish(body, exchange=EVENTS, routing_key=key, serializer="json", **options)


@pytest.mark.parametrize(
    ("binding", "key", "matches"),
    [
        ("case.*", "case.submitted", True),
        ("case.*", "case.submitted.twice", False),
        ("case.*", "case", False),
        ("case.*", "joint_case.submitted", False),
        ("case.#", "case", True),
        ("case.#", "case.submitted.twice", True),
        ("#", "anything.at.all", True),
        ("case.submitted", "caseXsubmitted", False),
    ],
)
def test_topics_match_by_words(connection: Connection, binding: str, key: str, matches: bool) -> None:
    queue = declare(connection, "q", binding)
    publish(connection, key)
    assert (queue.get() is not None) == matches


def test_a_reply_can_tell_the_type_of_its_request(connection: Connection) -> None:
    queue = declare(connection, "q", "a.b")
    publish(connection, "a.b", reply_to="somewhere", correlation_id="7")
    message = queue.get()
    assert message.properties["content_type"] == "application/json"
    assert (message.properties["reply_to"], message.properties["correlation_id"]) == ("somewhere", "7")


def test_a_requeued_message_goes_back_to_its_own_queue_and_to_the_front(connection: Connection) -> None:
    one, other = declare(connection, "one", "a.*"), declare(connection, "other", "a.*")
    publish(connection, "a.b", "first")
    publish(connection, "a.b", "second")
    one.get().requeue()
    assert [one.get().payload, one.get().payload, one.get()] == ["first", "second", None]
    assert [other.get().payload, other.get().payload, other.get()] == ["first", "second", None]


def test_a_rejected_message_goes_to_the_dead_letter_queue(connection: Connection) -> None:
    dead = Exchange("dead", type="direct")
    aside = Queue("aside", exchange=dead, routing_key="q")(connection.channel())
    aside.declare()
    arguments = {"x-dead-letter-exchange": "dead", "x-dead-letter-routing-key": "q"}
    queue = declare(connection, "q", "a.*", **arguments)
    publish(connection, "a.b", "bad")
    queue.get().reject()
    assert queue.get() is None
    assert aside.get().payload == "bad"


def test_a_mandatory_message_that_nobody_gets_is_refused(connection: Connection) -> None:
    declare(connection, "q", "a.*")
    with pytest.raises((KombuError, AMQPError), match="NO_ROUTE"):
        publish(connection, "b.c", mandatory=True)
    publish(connection, "b.c")


def test_unacknowledged_messages_outlive_their_consumer(connection: Connection) -> None:
    queue = declare(connection, "q", "a.*")
    publish(connection, "a.b", "kept")
    queue.get()
    queue.channel.close()
    assert Queue("q")(connection.channel()).get().payload == "kept"


def test_a_waiting_consumer_is_woken_and_an_idle_one_times_out(connection: Connection) -> None:
    queue = declare(connection, "q", "a.*")
    seen: list[Any] = []
    with Consumer(connection, queues=[queue], callbacks=[lambda body, message: seen.append(body)]):
        with pytest.raises(socket.timeout):
            connection.drain_events(timeout=0.01)
        other = Thread(target=publish, args=(connection.clone(), "a.b", "late"))
        other.start()
        began = monotonic()
        connection.drain_events(timeout=5)
        other.join()
    assert seen == ["late"]
    assert monotonic() - began < 4, "woken, not timed out"
