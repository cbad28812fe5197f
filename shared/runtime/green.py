"""Makes a process cooperative: to be called before anything else is imported.

Locks, sockets and psycopg2 then switch greenlets instead of blocking. What it costs is written in
architecture.md 7 (no COPY, no connect timeout by libpq); the wait here gives the timeout back.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

CONNECT_SECONDS = 5
QUIET_SECONDS = 60
"""Longer than the statement timeout: only a dead network is silent for so long."""


def make_green() -> None:
    # Known, and why it stays at the edge: architecture.md 7. Users of the command can do nothing about it.
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet  # noqa: PLC0415 - plain processes must not even import it

    eventlet.monkey_patch()
    from psycopg2 import extensions  # noqa: PLC0415

    extensions.set_wait_callback(_waiter())


def _waiter() -> Callable[[Any], None]:
    """psycopg2's wait callback. An exception in here closes the connection, so none is left half read.

    Runs for every statement, so what it needs is looked up once.
    """
    from eventlet.hubs import trampoline  # noqa: PLC0415
    from psycopg2 import OperationalError, extensions  # noqa: PLC0415

    done, read, write = extensions.POLL_OK, extensions.POLL_READ, extensions.POLL_WRITE

    def wait(connection: Any) -> None:
        limit = CONNECT_SECONDS if connection.status == extensions.STATUS_SETUP else QUIET_SECONDS
        while (state := connection.poll()) != done:
            if state not in (read, write):
                raise OperationalError(f"unexpected state {state} of a database connection")
            reading = state == read
            silence = OperationalError(f"the database was silent for {limit} seconds")
            trampoline(
                connection.fileno(), read=reading, write=not reading, timeout=limit, timeout_exc=silence
            )

    return wait
