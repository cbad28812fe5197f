"""The publisher on the embedded broker: what is bound arrives, what is not is said, and nothing piles up."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from kombu import Connection, Exchange, Queue

from shared.messaging.cloudevents import CONTENT_TYPE, HEAD
from shared.messaging.connection import connect
from shared.messaging.publisher import KombuPublisher, PublishFailed, Unroutable
from shared.messaging.topology import EVENTS


def message(type="case.submitted", **data):
    return {"id": str(uuid4()), "type": type, "data": data}


def head(category):
    return {"id": str(uuid4()), "type": HEAD, "data": {"category": category}}


@pytest.fixture(params=["yiwang-memory", "memory"])
def url(request):
    return f"{request.param}://{uuid4().hex}"


@pytest.fixture
def publisher(url):
    publisher = KombuPublisher(lambda: connect(url))
    yield publisher
    publisher.close()


@pytest.fixture
def bound(url):
    """A queue bound to `case.*`, as a function that takes all its messages."""
    connection = connect(url)
    queue = Queue(uuid4().hex, exchange=Exchange(EVENTS.name, "topic"), routing_key="case.*")(connection)
    queue.declare()

    def take():
        found = []
        while (got := queue.get(no_ack=True)) is not None:
            found.append(got)
        return found

    yield take
    queue.delete()
    connection.release()


def test_a_batch_arrives_whole_and_in_order(publisher, bound):
    sent = [message(n=n, text="受理") for n in range(5)]
    publisher.publish_batch(sent)
    got = bound()
    assert [json.loads(_text(m.body)) for m in got] == sent
    assert {m.content_type for m in got} == {CONTENT_TYPE}
    assert [m.properties["message_id"] for m in got] == [m["id"] for m in sent]


def test_what_nobody_is_bound_for_is_named_and_the_rest_arrives(publisher, bound):
    lonely = message("never.bound")
    with pytest.raises(Unroutable) as caught:
        publisher.publish_batch([message(n=1), lonely, message(n=2)])
    assert list(caught.value.messages) == [lonely]
    assert len(bound()) == 2


def test_a_head_that_nobody_is_bound_for_is_no_error(publisher, bound):
    publisher.publish_batch([head("never"), head("case")])
    assert [json.loads(_text(m.body))["data"]["category"] for m in bound()] == ["case"]


def test_a_broker_that_is_not_there_is_a_failure_to_be_tried_again():
    publisher = KombuPublisher(lambda: Connection("amqp://127.0.0.1:1//", connect_timeout=1))
    with pytest.raises(PublishFailed):
        publisher.publish_batch([message()])
    with pytest.raises(PublishFailed):
        publisher.publish_batch([message()])


def _text(body):
    return body.decode() if isinstance(body, bytes) else body
