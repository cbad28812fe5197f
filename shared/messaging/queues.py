"""Publishes to queues that belong to others than ourselves: a department's own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from kombu import Queue
from kombu.pools import producers

from shared.messaging.cloudevents import CONTENT_TYPE
from shared.messaging.connection import connect

_PERSISTENT = 2


class QueuePublisher:
    """One confirm at a time: what goes to a department is little, and its order matters more."""

    def __init__(self, url: str) -> None:
        self._url = url

    def publish(self, queue: str, events: Sequence[dict[str, Any]]) -> None:
        """Declare the queue, publish in order, return when all are confirmed. Blocks; raises what kombu
        raises, and then any of them may have arrived."""
        declared = Queue(queue, durable=True, queue_arguments={"x-queue-type": "quorum"})
        with producers[connect(self._url, confirm=True)].acquire(block=True) as producer:
            declared(producer.channel).declare()
            for event in events:
                producer.publish(
                    json.dumps(event, ensure_ascii=False),
                    routing_key=queue,
                    exchange="",
                    content_type=CONTENT_TYPE,
                    content_encoding="utf-8",
                    delivery_mode=_PERSISTENT,
                    message_id=event["id"],
                    type=event["type"],
                    mandatory=True,
                    retry=False,
                )
