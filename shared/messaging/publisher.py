"""Hands published events to the broker, and says honestly what became of them.

Confirms are kept in flight for a whole batch and awaited once at its end: one at a time would cost a
round trip and a disk flush per event. A broker without confirms (kombu's virtual transports, such as
the one of the embedded shape) has put the message into every bound queue when `publish` returns, so
returning is its confirmation; it loses its queues with its process, which is what the subscribers'
checkpoints are for.

An event is published as *mandatory*: where no queue is bound the broker gives it back, and the batch
ends in `Unroutable`, after everything else of it was confirmed. There is no alternate exchange: a queue
of unrouted events would only grow, for they all stand in the feed, and whoever binds later pulls them
from there. A head is not mandatory: where nobody listens there is nobody to tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

import structlog
from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import KombuError

from shared.messaging.cloudevents import CONTENT_TYPE, HEAD, routing_key
from shared.messaging.frames import Frames
from shared.messaging.topology import EVENTS

CONFIRM_TIMEOUT = 5.0
"""Seconds in which the broker takes or confirms something of a batch. One that is slow and goes on is waited
for; one that is silent may be gone without a word, and another relay may have a way to it."""

log = structlog.get_logger(__name__)

WRITE = 64 * 1024
"""Bytes handed to the socket at once."""

_PERSISTENT = 2
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_BROKER_ERRORS = (AMQPError, KombuError, OSError)


class PublishFailed(Exception):
    """Not everything was confirmed: publish the batch again."""


class Unroutable(Exception):
    """All was confirmed, but for these messages no queue was bound."""

    def __init__(self, messages: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"no queue is bound for {len(messages)} message(s)")
        self.messages = messages


class Publisher(Protocol):
    def publish_batch(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Publish in order and wait for the broker's confirmation of all.

        Raises `PublishFailed` (any may or may not have arrived) or `Unroutable`.
        """
        ...

    def close(self) -> None: ...


class KombuPublisher:
    """For one thread or greenlet. Connects when first used, and again after a failure."""

    def __init__(self, connect: Callable[[], Connection], *, timeout: float = CONFIRM_TIMEOUT) -> None:
        self._connect = connect
        self._timeout = timeout
        self._connection: Any = None
        self._channel: Any = None
        self._confirms: _Confirms | None = None
        self._frames: Any = None

    def publish_batch(self, messages: Sequence[Mapping[str, Any]]) -> None:
        try:
            if self._channel is None:
                self._open()
            confirms = self._confirms
            returned = self._placed(messages) if confirms is None else self._confirmed(messages, confirms)
        except _BROKER_ERRORS as error:
            self._let_go()
            raise PublishFailed(f"the broker: {type(error).__name__}: {error}") from error
        except PublishFailed:
            self._let_go()
            raise
        if returned:
            raise Unroutable(returned)

    def close(self) -> None:
        if self._connection is None:
            return
        try:
            self._connection.release()
        except _BROKER_ERRORS:
            log.debug("closed_without_goodbye")  # it was broken already
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """Of the socket at once: a goodbye waits for an answer, and nobody may be there."""
        connection, self._connection, self._channel, self._confirms = self._connection, None, None, None
        if connection is not None:
            connection.collect()

    def _open(self) -> None:
        self._connection = self._connect()
        self._connection.ensure_connection(max_retries=1)
        amqp = self._connection.connection
        if hasattr(amqp, "transport"):
            # For whatever is sent or waited for without a timeout of its own: no network is trusted to
            # say that it is gone.
            amqp.transport.sock.settimeout(self._timeout)
        channel = self._connection.channel()
        EVENTS(channel).declare()
        if hasattr(channel, "confirm_select"):
            self._confirms = _Confirms(channel)
            self._frames = Frames(channel.channel_id, amqp.frame_max, EVENTS.name, CONTENT_TYPE)
        self._channel = channel

    def _confirmed(
        self, messages: Sequence[Mapping[str, Any]], confirms: _Confirms
    ) -> list[Mapping[str, Any]]:
        """AMQP: all out, then wait for the last confirmation. Answers what the broker gave back."""
        confirms.begin(len(messages))
        self._send_all(messages)
        end, unsettled = monotonic() + self._timeout, len(messages)
        while confirms.outstanding:
            if len(confirms.outstanding) < unsettled:
                end, unsettled = monotonic() + self._timeout, len(confirms.outstanding)
            left = end - monotonic()
            if left <= 0:
                raise PublishFailed(f"{unsettled} not confirmed, and no news for {self._timeout:.0f} s")
            self._connection.drain_events(timeout=left)
        if confirms.refused:
            raise PublishFailed(f"the broker refused {confirms.refused} message(s)")
        return [message for message in messages if message["id"] in confirms.returned]

    def _send_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        write, frames = self._connection.connection.transport.write, self._frames
        buffer = bytearray()
        for message in messages:
            buffer += frames.publish(
                _ENCODE(message).encode(),
                routing_key(message),
                message["id"],
                message["type"],
                mandatory=message["type"] != HEAD,
            )
            if len(buffer) >= WRITE:
                write(bytes(buffer))
                buffer.clear()
        if buffer:
            write(bytes(buffer))

    def _placed(self, messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """A virtual transport: its routing table is at hand, and publishing is putting into queues."""
        returned = []
        for message in messages:
            if self._channel._lookup(EVENTS.name, routing_key(message)):
                self._send(message, mandatory=False)
            elif message["type"] != HEAD:
                returned.append(message)
        return returned

    def _send(self, message: Mapping[str, Any], *, mandatory: bool) -> None:
        wire = self._channel.prepare_message(
            json.dumps(message, ensure_ascii=False).encode(),
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            properties={
                "delivery_mode": _PERSISTENT,
                "message_id": message["id"],
                "type": message["type"],
            },
        )
        self._channel.basic_publish(
            wire, exchange=EVENTS.name, routing_key=routing_key(message), mandatory=mandatory
        )


class _Confirms:
    """What the broker said of each message of the batch in flight."""

    def __init__(self, channel: Any) -> None:
        self.outstanding: set[int] = set()
        self.returned: set[str] = set()
        self.refused = 0
        self._tag = 0
        channel.confirm_select()
        channel.events["basic_ack"].add(self._acknowledged)
        channel.events["basic_nack"].add(self._refused)
        channel.events["basic_return"].add(self._given_back)

    def begin(self, count: int) -> None:
        """Call before publishing `count` messages: the broker numbers what comes over a channel from 1."""
        self.outstanding = set(range(self._tag + 1, self._tag + 1 + count))
        self._tag += count
        self.returned.clear()
        self.refused = 0

    def _acknowledged(self, tag: int, multiple: bool) -> None:
        self.outstanding -= self._meant(tag, multiple)

    def _refused(self, tag: int, multiple: bool) -> None:
        meant = self._meant(tag, multiple)
        self.refused += len(meant)
        self.outstanding -= meant

    def _given_back(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        self.returned.add(str(message.properties.get("message_id")))

    def _meant(self, tag: int, multiple: bool) -> set[int]:
        return {each for each in self.outstanding if each <= tag} if multiple else {tag}
