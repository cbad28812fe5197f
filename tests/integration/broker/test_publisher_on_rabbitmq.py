"""The publisher on a real RabbitMQ: confirms in flight by the batch, returns named, a restart survived."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from kombu import Exchange, Queue

from shared.messaging.connection import connect
from shared.messaging.publisher import KombuPublisher, PublishFailed, Unroutable
from shared.messaging.topology import EVENTS
from shared.testing.rabbitmq import installed, private_rabbitmq

pytestmark = pytest.mark.skipif(not installed(), reason="rabbitmq-server is not installed")


@pytest.fixture(scope="module")
def node():
    with private_rabbitmq() as running:
        yield running


@pytest.fixture
def publisher(node):
    publisher = KombuPublisher(lambda: connect(node.url), timeout=10)
    yield publisher
    publisher.close()


@pytest.fixture
def bind(node):
    """Declare a queue for a routing key; answers a function that takes all its messages."""
    queues = []

    def declare(key, **arguments):
        queue = Queue(uuid4().hex, Exchange(EVENTS.name, "topic"), key, queue_arguments=arguments or None)
        with connect(node.url) as connection:
            queue(connection).declare()
        queues.append(queue)
        return lambda: _take(node, queue)

    yield declare
    with connect(node.url) as connection:
        for queue in queues:
            queue(connection).delete()


def _take(node, queue):
    found = []
    with connect(node.url) as connection:
        bound = queue(connection)
        while (got := bound.get(no_ack=True)) is not None:
            found.append(json.loads(got.body))
    return found


def message(type="case.submitted", **data):
    return {"id": str(uuid4()), "type": type, "data": data}


def test_five_hundred_arrive_in_order_after_one_wait(publisher, bind):
    take = bind("case.*", **{"x-queue-type": "quorum"})
    sent = [message(n=n) for n in range(500)]
    publisher.publish_batch(sent)
    publisher.publish_batch([message(n=500)])
    assert [m["data"]["n"] for m in take()] == list(range(501))


def test_what_the_broker_gives_back_is_named_after_the_rest_was_confirmed(publisher, bind):
    take = bind("case.*")
    lonely = message("never.bound")
    with pytest.raises(Unroutable) as caught:
        publisher.publish_batch([message(n=1), lonely, message(n=2)])
    assert list(caught.value.messages) == [lonely]
    assert len(take()) == 2
    publisher.publish_batch([message(n=3)])
    assert len(take()) == 1


def test_a_refused_message_fails_the_batch(publisher, bind):
    bind("case.*", **{"x-max-length": 0, "x-overflow": "reject-publish"})
    with pytest.raises(PublishFailed):
        publisher.publish_batch([message(n=n) for n in range(5)])


def test_it_publishes_again_after_the_broker_was_away(node, publisher, bind):
    take = bind("fee.*", **{"x-queue-type": "quorum"})
    publisher.publish_batch([message("fee.paid", n=1)])
    node.stop()
    with pytest.raises(PublishFailed):
        publisher.publish_batch([message("fee.paid", n=2)])
    node.start()
    publisher.publish_batch([message("fee.paid", n=2)])
    assert [m["data"]["n"] for m in take()] == [1, 2]
