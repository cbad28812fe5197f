"""The broker of the embedded shape: queues in this process, spoken to through kombu like RabbitMQ.

A subclass of kombu's memory transport, registered as `yiwang-memory://<name>`; one broker per name.
What it mends, each of which nameko or our delivery rule needs:

- `content_type` is also a message property, as in AMQP; nameko answers an RPC in the type it came in;
- a consumer wakes when something arrives for it instead of polling each second;
- every queue gets its own copy of a message, so that a requeue goes back to that queue alone;
- `#` and `*` match whole words, `#` also none, as RabbitMQ does it;
- `mandatory` is obeyed: an RPC to a service that isn't there fails at once;
- a message that is rejected goes where the queue's dead-letter arguments say.

Nothing survives the process. That is allowed: events are in their stores, and a subscriber that
missed messages pulls them from the owner's feed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from threading import Condition
from time import monotonic
from typing import Any
from uuid import uuid4
from weakref import WeakSet

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, memory, virtual
from kombu.transport.virtual.exchange import STANDARD_EXCHANGE_TYPES, TopicExchange

SCHEME = "yiwang-memory"
_NO_ROUTE = 312
_HURRIED_SECONDS = 0.02


class Broker:
    """Everything the connections to one name share."""

    def __init__(self) -> None:
        self.state = virtual.BrokerState()
        self.queues: dict[str, deque[dict[str, Any]]] = {}
        self.arguments: dict[str, dict[str, Any]] = {}
        self._hurried = False
        self._listeners: dict[str, WeakSet[Transport]] = {}

    def listen(self, queue: str, transport: Transport) -> None:
        """From now on what arrives in the queue wakes this connection, and those that asked before."""
        self._listeners.setdefault(queue, WeakSet()).add(transport)

    @contextmanager
    def hurried(self) -> Iterator[None]:
        """Nobody waits longer for a message than `_HURRIED_SECONDS` at a time, so that all soon look
        whether they are to stop. Messages still flow: the work at hand is finished by them."""
        self._hurried = True
        self._wake_all()
        try:
            yield
        finally:
            self._hurried = False

    def patience(self, until: float | None) -> float | None:
        """Until when, by the monotonic clock, a consumer may wait who would wait `until`."""
        if not self._hurried or until is None:
            return until
        return min(until, monotonic() + _HURRIED_SECONDS)

    def _wake_all(self) -> None:
        for queue in list(self._listeners):
            self.wake(queue)

    def wake(self, queue: str) -> None:
        """Only those who consume the queue: a platform has some thirty consumers, and waking all of them
        for every message cost more than the message."""
        for transport in list(self._listeners.get(queue, ())):
            transport.wake()

    def forget(self, queue: str) -> None:
        self.queues.pop(queue, None)
        self.arguments.pop(queue, None)
        self._listeners.pop(queue, None)


_brokers: dict[str, Broker] = {}


def broker(name: str) -> Broker:
    return _brokers.setdefault(name, Broker())


class WordTopicExchange(TopicExchange):
    """Topic matching by words; kombu's `#` needs a dot where RabbitMQ's does not."""

    def key_to_pattern(self, rkey: str) -> str:
        pattern = ""
        for index, word in enumerate(rkey.split(".")):
            dot = r"\." if index else ""
            if word == "#":
                pattern += rf"(?:{dot}[^.]+(?:\.[^.]+)*)?" if index else r"(?:[^.]+(?:\.[^.]+)*)?"
            elif word == "*":
                pattern += rf"{dot}[^.]+"
            else:
                pattern += dot + re.escape(word)
        return f"^{pattern}$"


class Channel(memory.Channel):
    do_restore = True
    body_encoding = None
    exchange_types = STANDARD_EXCHANGE_TYPES | {"topic": WordTopicExchange}

    @property
    def _broker(self) -> Broker:
        found: Broker = self.connection.broker
        return found

    def prepare_message(self, body: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        message: dict[str, Any] = super().prepare_message(body, *args, **kwargs)
        message["properties"]["content_type"] = message["content-type"]
        return message

    def basic_publish(self, message: Any, exchange: str, routing_key: str, **kwargs: Any) -> Any:
        if kwargs.get("mandatory") and not self._routes(exchange, routing_key):
            raise ChannelError(
                f"NO_ROUTE: nothing is bound to {exchange!r} for {routing_key!r}",
                (60, 40),
                "Basic.publish",
                _NO_ROUTE,
            )
        return super().basic_publish(message, exchange, routing_key)

    def basic_consume(self, queue: str, *args: Any, **kwargs: Any) -> None:
        super().basic_consume(queue, *args, **kwargs)
        self._broker.listen(queue, self.connection)
        self.connection.wake()

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        super().basic_ack(delivery_tag, multiple)
        self.connection.wake()  # there may be room under the prefetch count again

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        message = self.qos.get(delivery_tag)
        super().basic_reject(delivery_tag, requeue)
        if not requeue:
            self._dead_letter(message)
        self.connection.wake()

    def close(self) -> None:
        virtual.Channel.close(self)  # the memory channel's own would drop every queue's messages

    def _routes(self, exchange: str, routing_key: str) -> bool:
        if not exchange:
            return routing_key in self._broker.queues
        return bool(self._lookup(exchange, routing_key))

    def _dead_letter(self, message: Any) -> None:
        arguments = self._broker.arguments.get(message.delivery_info["queue"], {})
        exchange = arguments.get("x-dead-letter-exchange")
        if exchange is None:
            return
        key = arguments.get("x-dead-letter-routing-key", message.delivery_info["routing_key"])
        self.basic_publish(message.serializable(), exchange, key)

    def _restore(self, message: Any) -> None:
        again = message.serializable() | {"redelivered": True}
        self._broker.queues.setdefault(message.delivery_info["queue"], deque()).appendleft(again)
        self._broker.wake(message.delivery_info["queue"])

    def _has_queue(self, queue: str, **kwargs: Any) -> bool:
        return queue in self._broker.queues

    def _new_queue(self, queue: str, arguments: dict[str, Any] | None = None, **kwargs: Any) -> None:
        self._broker.queues.setdefault(queue, deque())
        self._broker.arguments[queue] = arguments or {}

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        properties = dict(message["properties"])
        properties["delivery_tag"] = str(uuid4())
        properties["delivery_info"] = properties.get("delivery_info", {}) | {"queue": queue}
        self._broker.queues.setdefault(queue, deque()).append(message | {"properties": properties})
        self._broker.wake(queue)

    def _put_fanout(self, exchange: str, message: Any, routing_key: Any = None, **kwargs: Any) -> None:
        for queue in self._lookup(exchange, routing_key):
            self._put(queue, message)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        try:
            return self._broker.queues[queue].popleft()
        except (KeyError, IndexError):
            raise Empty from None

    def _size(self, queue: str) -> int:
        return len(self._broker.queues.get(queue, ()))

    def _delete(self, queue: str, *args: Any, **kwargs: Any) -> None:
        self._broker.forget(queue)

    def _purge(self, queue: str) -> int:
        size = self._size(queue)
        self._broker.queues.get(queue, deque()).clear()
        return size


class Transport(memory.Transport):
    Channel = Channel
    driver_type = SCHEME
    driver_name = SCHEME

    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        self.broker = broker(client.hostname or "localhost")
        self.state = self.broker.state
        self._changed = Condition()
        self._changes = 0

    def wake(self) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Deliver one message; `socket.timeout` if none came, as kombu's consumers expect."""
        end = None if timeout is None else monotonic() + timeout
        while True:
            end = self.broker.patience(end)
            seen = self._changes
            try:
                self.cycle.get(self._deliver, timeout=timeout)
                return
            except Empty:
                left = None if end is None else end - monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError from None
                self._wait(seen, left)

    def _wait(self, seen: int, timeout: float | None) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._changes != seen, timeout)


def register() -> None:
    """Make `yiwang-memory://` known to kombu in this process."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
