"""What goes over the wire is what the client library itself would have sent."""

from __future__ import annotations

import amqp
import pytest
from amqp import spec
from amqp.method_framing import frame_writer

from shared.messaging.frames import Frames


class Wire:
    """Stands where the library's connection stands: it keeps the bytes."""

    def __init__(self, frame_max):
        self.frame_max, self.bytes_sent, self.data = frame_max, 0, b""
        self.transport = self

    def write(self, data):
        self.data += bytes(data)


@pytest.mark.parametrize("size", [0, 1, 100, 4088, 4089, 10_000])
@pytest.mark.parametrize("mandatory", [True, False])
def test_the_bytes_are_the_librarys(size, mandatory):
    body, wire = b"x" * size, Wire(4096)
    message = amqp.Message(
        body,
        content_type="application/cloudevents+json",
        content_encoding="utf-8",
        delivery_mode=2,
        message_id="0b5e",
        type="case.受理",
    )
    args = amqp.serialization.dumps("Bssbb", (0, "yiwang.events", "case.受理", mandatory, False))
    frame_writer(wire, wire)(1, 7, spec.Basic.Publish, args, message)
    frames = Frames(7, 4096, "yiwang.events", "application/cloudevents+json")
    assert frames.publish(body, "case.受理", "0b5e", "case.受理", mandatory=mandatory) == wire.data


def test_a_name_longer_than_the_protocol_allows_is_refused():
    frames = Frames(1, 4096, "yiwang.events", "text/plain")
    with pytest.raises(ValueError, match="256"):
        frames.publish(b"", "k" * 300, "id", "type", mandatory=False)
