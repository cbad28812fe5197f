"""Connections to the broker, whichever it is, as kombu understands it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import KombuError

from shared.config.environment import SettingError
from shared.messaging import bounds, transport

HEARTBEAT_SECONDS = 20
BROKER_ERRORS = (KombuError, AMQPError, OSError)
_RETRY = {"max_retries": 3, "interval_start": 0.1, "interval_step": 0.4, "interval_max": 2}

transport.register()
bounds.register()


def connect(url: str, *, confirm: bool = False) -> Connection:
    """A lazy connection. `confirm` makes each publish wait for the broker's confirmation."""
    heartbeat = 0 if is_embedded(url) else HEARTBEAT_SECONDS
    options: dict[str, Any] = {**_RETRY, "confirm_publish": confirm}
    return Connection(
        url, transport_options=options, heartbeat=heartbeat, connect_timeout=bounds.CONNECT_SECONDS
    )


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection while it lasts. One that failed is let go of without a goodbye: nobody may answer it."""
    connection = connect(url)
    try:
        yield connection
    except BROKER_ERRORS:
        connection.collect()
        raise
    except BaseException:
        connection.release()
        raise
    connection.release()


def is_embedded(url: str) -> bool:
    return url.startswith(f"{transport.SCHEME}://")


@contextmanager
def hurried(url: str) -> Iterator[None]:
    """While everything stops: who waits for a message of the embedded broker looks up many times a second.

    Does nothing for a real broker, whose consumers look once a second.
    """
    if not is_embedded(url):
        yield
        return
    with transport.broker(Connection(url).hostname or "localhost").hurried():
        yield


def check_broker(url: str) -> None:
    """Raise `SettingError` when nobody who speaks AMQP answers at the URL."""
    connection = connect(url)
    try:
        connection.ensure_connection(max_retries=1, interval_start=0.2)
    except BROKER_ERRORS as error:
        place = connection.as_uri(include_password=False)
        raise SettingError("YIWANG_AMQP_URL", f"no broker answers at {place}: {error}") from error
    finally:
        connection.release()
