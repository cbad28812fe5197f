"""The bytes of many AMQP `basic.publish` at once.

The client library frames and sends each message by itself: a system call and some fifty Python calls
per event, most of what publishing cost. Here a batch is one buffer. Frame layout: AMQP 0-9-1, 4.2.3
(general), 4.2.6 (header, body); the properties are written in the order of their flag bits.
"""

from __future__ import annotations

from struct import pack

_METHOD, _HEADER, _BODY, _END = 1, 2, 3, b"\xce"
_BASIC, _PUBLISH = 60, 40
_PERSISTENT = 2
_OVERHEAD = 8
_CONTENT_TYPE, _CONTENT_ENCODING, _DELIVERY_MODE, _MESSAGE_ID, _TYPE = (
    1 << 15,
    1 << 14,
    1 << 12,
    1 << 7,
    1 << 5,
)
_FLAGS = _CONTENT_TYPE | _CONTENT_ENCODING | _DELIVERY_MODE | _MESSAGE_ID | _TYPE


class Frames:
    """Writes for one channel and one exchange. `frame_max` is what the connection agreed on, in bytes."""

    def __init__(self, channel: int, frame_max: int, exchange: str, content_type: str) -> None:
        self._channel = channel
        self._largest = frame_max - _OVERHEAD
        self._exchange = short(exchange)
        self._common = short(content_type) + short("utf-8") + bytes([_PERSISTENT])
        self._methods: dict[tuple[str, bool], bytes] = {}

    def publish(self, body: bytes, routing_key: str, message_id: str, type: str, *, mandatory: bool) -> bytes:
        """Method, header and body of one persistent message."""
        header = pack(">HHQH", _BASIC, 0, len(body), _FLAGS) + self._common + short(message_id) + short(type)
        parts = [self._method(routing_key, mandatory), self._frame(_HEADER, header)]
        for start in range(0, len(body), self._largest):
            parts.append(self._frame(_BODY, body[start : start + self._largest]))
        return b"".join(parts)

    def _method(self, routing_key: str, mandatory: bool) -> bytes:
        """The same for every message of one routing key; there are as many as event types."""
        found = self._methods.get((routing_key, mandatory))
        if found is None:
            payload = pack(">HHH", _BASIC, _PUBLISH, 0) + self._exchange + short(routing_key)
            found = self._frame(_METHOD, payload + bytes([int(mandatory)]))
            self._methods[routing_key, mandatory] = found
        return found

    def _frame(self, kind: int, payload: bytes) -> bytes:
        return pack(">BHI", kind, self._channel, len(payload)) + payload + _END


def short(text: str) -> bytes:
    """Raises `ValueError` for what is longer than AMQP's short strings can be, 255 bytes."""
    data = text.encode()
    return bytes([len(data)]) + data
