"""Driver errors, translated in one place: the pool does it for everybody who uses a connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import psycopg2.errors

from shared.eventstore.errors import StoreUnavailable

PASSING = (
    psycopg2.OperationalError,  # no connection, server stopping, timeout, deadlock, lock not available
    psycopg2.InterfaceError,  # the connection was closed under us
    psycopg2.errors.IdleInTransactionSessionTimeout,
    psycopg2.errors.ReadOnlySqlTransaction,  # still connected to what is now a standby
)
"""What may succeed when tried again. Everything else is a mistake of ours and is raised as it is."""


@contextmanager
def translated() -> Iterator[None]:
    """`PASSING` errors become `StoreUnavailable`; the driver's own stays as its cause.

    Raised at a commit it may have happened or not: the idempotency key tells.
    """
    try:
        yield
    except PASSING as error:
        raise unavailable(error) from error


def unavailable(error: BaseException) -> StoreUnavailable:
    """What one of `PASSING` is raised as."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return StoreUnavailable(reason, {"sqlstate": getattr(error, "pgcode", None)})
