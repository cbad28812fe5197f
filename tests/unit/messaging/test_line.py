"""Questions and answers are written as the client library would, whole, and never into another's."""

from __future__ import annotations

from threading import Thread
from time import sleep
from types import SimpleNamespace

import amqp
import pytest
from amqp import spec
from amqp.method_framing import frame_writer
from amqp.transport import TCPTransport

from shared.messaging.line import Line


class Wire:
    """The library's connection, of which only the bytes are kept."""

    def __init__(self):
        self.frame_max, self.bytes_sent, self.bytes_recv, self.data = 4096, 0, 5, b""
        self._transport = TCPTransport("127.0.0.1:1")
        self._transport._write = self.keep
        self._transport.sock = self
        self.ended = False

    def keep(self, data):
        self.data += bytes(data)

    def shutdown(self, how):
        self.ended = True


def line_on(wire):
    return Line.of(SimpleNamespace(connection=wire, channel_id=7), "nameko-rpc")


def by_the_library(key, body, mandatory, **marks):
    wire = Wire()
    message = amqp.Message(
        body, content_type="application/json", content_encoding="utf-8", delivery_mode=1, **marks
    )
    args = amqp.serialization.dumps("Bssbb", (0, "nameko-rpc", key, mandatory, False))
    writer = frame_writer(wire, wire._transport)
    writer(1, 7, spec.Basic.Publish, args, message)
    return wire, writer


@pytest.mark.parametrize("size", [0, 100, 4088, 10_000])
def test_a_question_has_the_librarys_bytes(size):
    wire, body = Wire(), b"x" * size
    line_on(wire).ask(body, "cases.submit", "ticket", "address")
    library, _ = by_the_library("cases.submit", body, True, correlation_id="ticket", reply_to="address")
    assert wire.data == library.data


def test_an_answer_leaves_with_the_acknowledgement_of_its_question():
    wire = Wire()
    line_on(wire).answer(b"{}", "address", "ticket", 2**40)
    library, writer = by_the_library("address", b"{}", False, correlation_id="ticket")
    writer(1, 7, spec.Basic.Ack, amqp.serialization.dumps("Lb", (2**40, False)), None)
    assert wire.data == library.data


def test_only_plain_connections_have_a_line():
    assert Line.of(SimpleNamespace(connection=None), "x") is None
    assert Line.of(SimpleNamespace(connection=SimpleNamespace(_transport=object())), "x") is None


def test_after_half_a_buffer_the_connection_is_ended():
    wire = Wire()

    def stall(data):
        raise TimeoutError

    wire._transport._write = stall
    with pytest.raises(TimeoutError):
        line_on(wire).ask(b"{}", "cases.submit", "ticket", "address")
    assert wire.ended and not wire._transport.connected


def test_two_who_write_at_once_write_one_after_the_other():
    wire, inside = Wire(), []

    def slowly(data):
        inside.append("in")
        wire.keep(data[:10])
        sleep(0.001)  # here another would come in
        wire.keep(data[10:])
        inside.append("out")

    wire._transport._write = slowly
    line = line_on(wire)
    threads = [Thread(target=line.ask, args=(b"{}", "a.b", str(n), "address")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert inside == ["in", "out"] * 8
