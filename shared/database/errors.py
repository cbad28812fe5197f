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
"""What may succeed when tried again. Everything else but a lost connection is a mistake of ours."""


@contextmanager
def translated() -> Iterator[None]:
    """Errors that pass become `StoreUnavailable`; the driver's own stays as its cause.

    Raised at a commit it may have happened or not: the idempotency key tells.
    """
    try:
        yield
    except psycopg2.Error as error:
        if passes(error):
            raise unavailable(error) from error
        raise


def passes(error: BaseException) -> bool:
    """Also the driver's bare `DatabaseError`, with no code of the server's: it said nothing any more."""
    return isinstance(error, PASSING) or (type(error) is psycopg2.DatabaseError and error.pgcode is None)


def unavailable(error: BaseException) -> StoreUnavailable:
    """What an error that passes is raised as."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return StoreUnavailable(reason, {"sqlstate": getattr(error, "pgcode", None)})
