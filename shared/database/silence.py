"""A limit to how long a plain process waits for a database that says nothing.

libpq waits for ever on a connection whose other end is gone without a word, and keepalives don't help where
a proxy stands between that answers for it. A green process has its own wait (`shared/runtime/green.py`).
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any

from psycopg2 import OperationalError, extensions

from shared.database.pool import STATEMENT_TIMEOUT_MS

QUIET_SECONDS = STATEMENT_TIMEOUT_MS / 1000 + 5
"""Longer than a statement may take: only a dead network is silent for so long."""

CONNECT_SECONDS = 5.0


def limit_silence(quiet: float = QUIET_SECONDS) -> None:
    """For every connection this process makes from now on. psycopg2 then refuses COPY."""
    extensions.set_wait_callback(lambda connection: _wait(connection, quiet))


def _wait(connection: Any, quiet: float) -> None:
    """Raising in here closes the connection, so none is left half read."""
    connecting = connection.status == extensions.STATUS_SETUP
    end = monotonic() + (CONNECT_SECONDS if connecting else quiet)
    while (state := connection.poll()) != extensions.POLL_OK:
        waiting = select.poll()
        waiting.register(
            connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        )
        left = end - monotonic()
        if left <= 0 or not waiting.poll(left * 1000):
            raise OperationalError("the database was silent for too long")
