"""Sends the answers of RPC operations.

Requests and answers live for seconds, and whoever asked asks again when none came: a broker that
writes them to its disk, and a sender who waits until it has, only make every question slower. Events
are another matter; they go through `publisher.py`.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from kombu import Producer
from kombu.pools import producers

from shared.messaging.connection import connect
from shared.messaging.line import Line
from shared.messaging.topology import RPC

TRANSIENT = 1
"""AMQP's delivery mode of messages that need not outlive the broker."""

RETRY = {"max_retries": 2, "interval_start": 0.05, "interval_max": 0.5}


def send_reply(url: str, request: Any, result: Any, error: Exception | None) -> None:
    """Answer a request message. Returning does not promise that the answer arrived.

    Raises the broker's errors. A result that JSON can't hold is answered as nameko's error, because a
    request without an answer would keep its caller waiting until the deadline.
    """
    with _pool(url).acquire(block=True) as producer:
        _publish(producer, request, _body(result, error))


def answer_on_line(request: Any, result: Any, error: Exception | None) -> bool:
    """Answer and acknowledge in one, over the connection that the question came by; false where that can't
    be done (`Line`). Raises `OSError` when that connection is lost: the question comes again then."""
    line = Line.of(request.channel, RPC.name)
    if line is None:
        return False
    marks = request.properties
    body = _body(result, error).encode()
    line.answer(body, marks["reply_to"], marks.get("correlation_id") or "", request.delivery_tag)
    return True


@cache
def _pool(url: str) -> Any:
    return producers[connect(url)]


def _publish(producer: Producer, request: Any, body: str) -> None:
    producer.publish(
        body,
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=TRANSIENT,
        exchange=RPC,
        routing_key=request.properties["reply_to"],
        correlation_id=request.properties.get("correlation_id"),
        retry=True,
        retry_policy=RETRY,
    )


def _body(result: Any, error: Exception | None) -> str:
    # Plain commands load this module with the client, and are quicker without nameko and eventlet.
    from nameko.exceptions import UnserializableValueError, serialize  # noqa: PLC0415

    said = None if error is None else serialize(error)
    try:
        return json.dumps({"result": result, "error": said}, ensure_ascii=False)
    except (TypeError, ValueError):
        said = serialize(UnserializableValueError(result))
        return json.dumps({"result": None, "error": said})
