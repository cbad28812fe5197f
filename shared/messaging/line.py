"""Questions and answers written straight to a broker's socket: one buffer each, one system call.

Both sides of an RPC have a connection they read from. What they send goes over that same one: a question
needs no confirm, since its answer is the confirmation; an answer and the acknowledgement of its question
leave together. The client library would frame each by itself, on a connection of its own, with a wait for a
confirm in between. Only plain AMQP: over TLS, and in the embedded broker, `of` is None and kombu is used.
"""

from __future__ import annotations

from contextlib import suppress
from socket import SHUT_RDWR
from struct import pack
from threading import Lock
from typing import Any

from amqp.transport import TCPTransport

from shared.messaging.frames import short

_METHOD, _HEADER, _BODY, _END = 1, 2, 3, b"\xce"
_BASIC, _PUBLISH, _ACK = 60, 40, 80
_TRANSIENT, _MANDATORY = 1, 1
_OVERHEAD = 8
_TYPED = 1 << 15 | 1 << 14 | 1 << 12
_CORRELATION_ID, _REPLY_TO = 1 << 10, 1 << 9
_JSON = short("application/json") + short("utf-8") + bytes([_TRANSIENT])


class Line:
    """For any number of threads or greenlets. Its methods raise `OSError` when the connection is gone; then
    nobody knows how much of it arrived, and the connection is ended."""

    def __init__(self, channel: Any, transport: TCPTransport, exchange: str) -> None:
        self._channel = channel
        self._transport = transport
        self._exchange = short(exchange)
        self._largest = channel.connection.frame_max - _OVERHEAD
        _whole_buffers(transport)

    @classmethod
    def of(cls, channel: Any, exchange: str) -> Line | None:
        """The line over an open channel; None where there is none."""
        connection = getattr(channel, "connection", None)
        transport = getattr(connection, "_transport", None)
        if type(transport) is not TCPTransport:
            return None
        known: Line | None = channel.__dict__.get("line")
        if known is None:
            known = channel.line = cls(channel, transport, exchange)
        return known

    @property
    def heard(self) -> int:
        """Grows with every frame that came in: a broker that says anything is there."""
        return int(self._channel.connection.bytes_recv) if self._channel.connection else 0

    def ask(self, body: bytes, key: str, ticket: str, reply_to: str) -> None:
        """What nobody is bound for is given back: `basic_return`."""
        marks = pack(">H", _TYPED | _CORRELATION_ID | _REPLY_TO) + _JSON + short(ticket) + short(reply_to)
        self._transport.write(self._publish(body, key, marks, _MANDATORY))

    def answer(self, body: bytes, key: str, ticket: str, tag: int) -> None:
        """And acknowledge the question that came as `tag`."""
        marks = pack(">H", _TYPED | _CORRELATION_ID) + _JSON + short(ticket)
        ack = self._frame(_METHOD, pack(">HHQB", _BASIC, _ACK, tag, 0))
        self._transport.write(self._publish(body, key, marks, 0) + ack)

    def _publish(self, body: bytes, key: str, marks: bytes, bits: int) -> bytes:
        method = pack(">HHH", _BASIC, _PUBLISH, 0) + self._exchange + short(key) + bytes([bits])
        parts = [
            self._frame(_METHOD, method),
            self._frame(_HEADER, pack(">HHQ", _BASIC, 0, len(body)) + marks),
        ]
        for start in range(0, len(body), self._largest):
            parts.append(self._frame(_BODY, body[start : start + self._largest]))
        return b"".join(parts)

    def _frame(self, kind: int, payload: bytes) -> bytes:
        return pack(">BHI", kind, self._channel.channel_id, len(payload)) + payload + _END


def _whole_buffers(transport: TCPTransport) -> None:
    """Nobody writes into the middle of another's buffer, heartbeats included; and after half of one nothing
    that follows would be understood, so the socket is ended."""
    if "whole_buffers" in transport.__dict__:
        return
    lock, write = Lock(), transport._write

    def whole(data: Any) -> None:
        with lock:
            try:
                write(data)
            except BaseException:
                transport.connected = False
                with suppress(OSError, AttributeError):
                    transport.sock.shutdown(SHUT_RDWR)
                raise

    transport._write = whole
    transport.whole_buffers = True
