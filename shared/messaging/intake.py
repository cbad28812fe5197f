"""Takes events from a queue in batches, and answers for each message only after its batch is done.

Not nameko's consumer: that acknowledges what a handler failed on, loses what can't be decoded, and runs
several messages of one queue at once and so out of order.

A queue in use is never silent for long: its owner's relay says a head a second. So silence means that the
relay is down, that this replica stands by, or that the broker has lost the consumer though the connection
looks well. What was missed is fetched then (`unheard`), and the consumer is made anew if there was something.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from math import inf
from threading import Event
from time import monotonic
from typing import Any

import structlog
from kombu import Consumer, Queue

from shared.messaging.cloudevents import HEAD, from_cloudevent
from shared.messaging.connection import BROKER_ERRORS, connected
from shared.messaging.topology import DEAD, EVENTS, dead_queue
from shared.observability import metrics

log = structlog.get_logger(__name__)

BATCH = 200
_GATHER_SECONDS = 0.003
_RETRY_SECONDS = 1.0
SILENCE = 10.0
"""Seconds without a message after which what was missed is looked for; ten heads were due in them."""

Handle = Callable[[list[dict[str, Any]]], None]
"""Gets well-formed CloudEvents in queue order. When it returns they are committed; when it raises, they
come again."""


class Intake:
    """`run` blocks until told to stop; `ready` is set while it consumes.

    `begin` is called at each (re)connection, when the queue is bound and before the first message: what
    was missed is fetched there. It may take long, so no connection stands idle meanwhile.

    `unheard` is called when nothing came for `silence` seconds, and again after each further such time. It
    answers whether there was something that the queue should have brought; then the consumer is made anew.

    Batches begin `apart` seconds from each other at least, unless the one before was full. What comes
    meanwhile waits on the line, up to a batch's worth.
    """

    def __init__(
        self,
        url: str,
        queue: Queue,
        handle: Handle,
        *,
        service: str,
        begin: Callable[[], object] = lambda: None,
        unheard: Callable[[], bool] = lambda: False,
        batch: int = BATCH,
        silence: float = SILENCE,
        apart: float = 0.0,
    ) -> None:
        self._url = url
        self._begin = begin
        self._unheard = unheard
        self._silence = silence
        self._queue = queue
        self._handle = handle
        self._service = service
        self._batch = batch
        self._apart = apart
        self._heard = 0.0
        self.ready = Event()

    def run(self, stop: Event) -> None:
        """Reconnects for as long as it takes. Raises what `handle`, `begin` and `unheard` raise; messages are
        not lost with it."""
        self._heard = monotonic()
        while not stop.is_set():
            try:
                self._consume(stop)
            except BROKER_ERRORS as error:
                log.warning("intake_interrupted", queue=self._queue.name, error=repr(error))
                self.ready.clear()
                stop.wait(_RETRY_SECONDS)
                self._missed()
            finally:
                self.ready.clear()

    def _declare(self) -> None:
        with connected(self._url) as connection:
            channel = connection.channel()
            for entity in (EVENTS, DEAD, dead_queue(self._queue.name), self._queue):
                entity(channel).declare()

    def _consume(self, stop: Event) -> None:
        """Returns when told to stop, or when the consumer is to be made anew."""
        self._declare()
        self._begin()
        self._heard = monotonic()
        with connected(self._url) as connection:
            channel = connection.channel()
            waiting: list[Any] = []
            consumer = Consumer(channel, queues=[self._queue], on_message=waiting.append)
            consumer.qos(prefetch_count=self._batch)
            with consumer:
                self.ready.set()
                while not stop.is_set():
                    self._gather(connection, waiting)
                    if waiting:
                        began, full = monotonic(), len(waiting) >= self._batch
                        self._work_off(waiting)
                        self._heard = monotonic()
                        if not full:
                            stop.wait(max(0.0, began + self._apart - self._heard))
                    elif self._missed():
                        log.warning("queue_brought_nothing", queue=self._queue.name)
                        return

    def _missed(self) -> bool:
        """After a silence: look for what should have come. Also while a queue can't be declared or consumed
        from: one that has no leader lets nobody in, and its owner may be asked all the same."""
        if monotonic() - self._heard < self._silence:
            return False
        try:
            return self._unheard()
        finally:
            self._heard = monotonic()

    def _gather(self, connection: Any, waiting: list[Any]) -> None:
        """Wait for a first message, then take what comes with it. Not what comes a moment later, and a moment
        after that: that may go on for ever."""
        patience, until = min(1.0, self._silence), inf
        try:
            while len(waiting) < self._batch and patience > 0:
                connection.drain_events(timeout=patience)
                until = min(until, monotonic() + _GATHER_SECONDS)
                patience = until - monotonic()
        except TimeoutError:
            pass  # nothing more at present
        connection.heartbeat_check()

    def _work_off(self, waiting: list[Any]) -> None:
        good = []
        for message in waiting:
            event = decode(message.body)
            if event is None:
                # Not requeued: the queue's dead-letter exchange takes it to the queue beside.
                metrics.MALFORMED.labels(self._service, self._queue.name).inc()
                log.error("malformed_message", queue=self._queue.name)
                message.reject()
            else:
                good.append((message, event))
        if good:
            self._handle([event for _, event in good])
        for message, _ in good:
            message.ack()  # one by one: the embedded broker knows no other way
        waiting.clear()


def decode(body: bytes | str) -> dict[str, Any] | None:
    """A CloudEvent of this platform, or None for anything else. Decoded here, whatever type it claims."""
    try:
        message = json.loads(body)
        if message["type"] == HEAD:
            data = message["data"]
            datetime.fromisoformat(data["tick_at"])
            whole = bool(data["category"]) and isinstance(data["cursor"], str)
            return message if whole else None
        from_cloudevent(message)
    except (ValueError, TypeError, KeyError):  # bad UTF-8 is a ValueError too
        return None
    good: dict[str, Any] = message
    return good
