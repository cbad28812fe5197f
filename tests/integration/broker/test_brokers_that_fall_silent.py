"""Nobody waits for ever for a broker that says nothing, and nobody loses one by saying nothing himself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Event
from time import monotonic, sleep
from uuid import uuid4

import pytest
from kombu import Queue

from shared.messaging import bounds
from shared.messaging.cloudevents import head_message
from shared.messaging.connection import connect, connected
from shared.messaging.envelope import Envelope, deadline_in
from shared.messaging.intake import Intake
from shared.messaging.rpc_client import RpcClient
from shared.messaging.topology import EVENTS, RPC
from shared.problems import Problem
from shared.testing.background import running
from shared.testing.proxy import Proxy, to_port
from shared.testing.rabbitmq import RabbitNode
from shared.testing.waiting import await_that

HEARTBEAT = 1


@pytest.fixture
def way(rabbit: RabbitNode) -> Iterator[Proxy]:
    with Proxy(to_port(rabbit.port)) as proxy:
        yield proxy


def url_through(way: Proxy) -> str:
    return f"amqp://guest:guest@127.0.0.1:{way.port}//"


def test_a_question_to_a_silent_node_ends(way: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "ANSWER_SECONDS", 0.2)
    with pytest.raises(TimeoutError), connected(url_through(way)) as connection:
        channel = connection.channel()
        way.silence()
        EVENTS(channel).declare()


def test_heartbeats_make_no_wait_longer(rabbit: RabbitNode) -> None:
    """RabbitMQ sends two a second here. Waiting begins anew at each of them in the client library."""
    with connected(f"{rabbit.url}?heartbeat={HEARTBEAT}") as connection:
        connection.connect()
        with pytest.raises(TimeoutError):
            connection.drain_events(timeout=1.2)


def test_nobody_waits_long_for_a_goodbye(way: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "GOODBYE_SECONDS", 0.2)
    connection = connect(url_through(way))
    connection.connect()
    way.silence()
    connection.release()
    assert not connection.connected


def test_a_node_that_accepts_and_never_greets_is_no_broker(
    way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "CONNECT_SECONDS", 0.2)
    way.silence()
    with pytest.raises(OSError), connected(url_through(way)) as connection:
        connection.transport.establish_connection()


def test_a_question_over_rpc_ends_though_nobody_confirms_it(
    way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "CONNECT_SECONDS", 1.0)
    client = RpcClient(url_through(way), uuid4().hex)
    client.start()
    try:
        assert client.ready.wait(10)
        with pytest.raises(Problem, match="not running"):
            client.request("nobody", "anything", Envelope(deadline=deadline_in(30)))
        monkeypatch.setattr("shared.messaging.rpc_client._CONFIRM_SECONDS", 0.2)
        way.silence()
        with pytest.raises(Problem) as told:
            client.request("nobody", "anything", Envelope(deadline=deadline_in(30)))
        assert told.value.status == 503
    finally:
        way.heal()
        client.stop()


def test_a_busy_reply_queue_keeps_its_connection(rabbit: RabbitNode) -> None:
    """Answers without a pause, and nothing to send but heartbeats: RabbitMQ hangs up on who sends none."""
    client = RpcClient(f"{rabbit.url}?heartbeat={HEARTBEAT}", uuid4().hex)
    lost: list[bool] = []
    client._lose_waiting = lambda: lost.append(True)  # type: ignore[method-assign]
    client.start()
    try:
        assert client.ready.wait(10)
        with connect(rabbit.url) as connection:
            producer = connection.Producer()
            end = monotonic() + 4 * HEARTBEAT
            while monotonic() < end and not lost:
                producer.publish({}, exchange=RPC, routing_key=client._address, serializer="json")
                sleep(0.05)
        assert not lost
    finally:
        client.stop()


def test_a_queue_that_lost_its_binding_brings_news_again(rabbit: RabbitNode) -> None:
    name, got, looks = uuid4().hex, Event(), []

    def unheard() -> bool:
        looks.append(name)
        return True

    queue = Queue(name, EVENTS, f"{name}.*", auto_delete=True)
    intake = Intake(rabbit.url, queue, lambda _: got.set(), service="notify", silence=0.3, unheard=unheard)
    with running(intake.run), connect(rabbit.url) as connection:
        await_that(intake.ready.is_set)
        connection.channel().queue_unbind(name, EVENTS.name, f"{name}.*")
        before = len(looks)
        await_that(lambda: len(looks) > before and intake.ready.is_set())
        head = head_message("cases", name, "", datetime.now(UTC))
        producer = connection.Producer()
        while not got.wait(0.05):
            producer.publish(head, exchange=EVENTS.name, routing_key=f"{name}.head", serializer="json")
