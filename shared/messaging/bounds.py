"""The AMQP transport, with an end to every wait.

The client library waits without limit for a broker's answer to what it asked: a channel opened, a queue
declared, a publish confirmed, a goodbye. A node that died without a word, or a quorum queue that has no
leader yet, never answers, and heartbeats are looked at only by who drains events. Here such a wait raises
`TimeoutError`, which everybody who speaks to a broker treats as a lost connection already.

Registered in place of kombu's own, so that nameko's connections are bounded as well.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, pyamqp

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
"""Longer than a broker takes to declare a queue while it elects a leader; shorter than anybody's patience."""

GOODBYE_SECONDS = 1.0
"""Who says goodbye needs no answer: the broker notices the end of the socket as well."""


class BoundedConnection(pyamqp.Connection):
    _patience = CONNECT_SECONDS

    def connect(self, callback: Any = None) -> Any:
        answer = super().connect(callback)
        self._wait_at_most(ANSWER_SECONDS)
        return answer

    def drain_events(self, timeout: float | None = None) -> None:
        """Heartbeats and parts of messages are no events: they do not make the wait any longer."""
        limit = self._patience if timeout is None else timeout
        end = monotonic() + limit
        while not self.blocking_read(limit):
            limit = end - monotonic()
            if limit <= 0:
                raise TimeoutError("no event in time")

    def close(self, *args: Any, **kwargs: Any) -> Any:
        self._wait_at_most(GOODBYE_SECONDS)
        return super().close(*args, **kwargs)

    def _wait_at_most(self, seconds: float) -> None:
        """For each write, and each read outside `drain_events`."""
        self._patience = seconds
        sock = getattr(self._transport, "sock", None)
        if sock is not None:
            sock.settimeout(seconds)


class Transport(pyamqp.Transport):
    Connection = BoundedConnection

    def establish_connection(self) -> Any:
        self.client.connect_timeout = self.client.connect_timeout or CONNECT_SECONDS
        return super().establish_connection()


class SSLTransport(Transport):
    def __init__(self, client: Any, **kwargs: Any) -> None:
        super().__init__(client, **kwargs)
        client.ssl = client.ssl or True


def register() -> None:
    """For every `amqp://` and `amqps://` of this process."""
    TRANSPORT_ALIASES["amqp"] = f"{__name__}:Transport"
    TRANSPORT_ALIASES["amqps"] = f"{__name__}:SSLTransport"
