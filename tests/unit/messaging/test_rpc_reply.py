"""Answers go back whatever the operation returned."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from kombu import Connection, Queue

from shared.messaging.connection import connect
from shared.messaging.rpc_reply import TRANSIENT, send_reply
from shared.messaging.topology import RPC


@pytest.fixture
def url() -> str:
    return f"yiwang-memory://{uuid4()}"


@pytest.fixture
def mailbox(url: str) -> Iterator[Any]:
    with connect(url) as connection:
        yield _reply_queue(connection)


def _reply_queue(connection: Connection) -> Any:
    queue = Queue("reply", exchange=RPC, routing_key="address")(connection.channel())
    queue.declare()
    return queue


REQUEST = SimpleNamespace(properties={"reply_to": "address", "correlation_id": "ticket"})


def test_an_answer_finds_its_question(url: str, mailbox: Any) -> None:
    send_reply(url, REQUEST, {"answer": "已受理"}, None)
    message = mailbox.get()
    assert message.payload == {"result": {"answer": "已受理"}, "error": None}
    assert message.properties["correlation_id"] == "ticket"
    assert message.properties["delivery_mode"] == TRANSIENT


def test_what_json_cannot_hold_is_answered_as_an_error(url: str, mailbox: Any) -> None:
    send_reply(url, REQUEST, {"answer": object()}, None)
    answer = mailbox.get().payload
    assert answer["result"] is None
    assert answer["error"]["exc_type"] == "UnserializableValueError"


def test_an_error_is_named(url: str, mailbox: Any) -> None:
    send_reply(url, REQUEST, None, LookupError("no such operation"))
    assert mailbox.get().payload["error"]["exc_type"] == "LookupError"
