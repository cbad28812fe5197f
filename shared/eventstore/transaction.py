"""A unit of work on a connection of the pool's: committed when it is left, rolled back by an exception."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from shared.database.pool import Connection, Lease
from shared.eventstore.signal import Signal
from shared.eventstore.unit import PostgresUnitOfWork


class Transaction:
    """`appended` is fired after the commit of a unit that appended."""

    __slots__ = ("_appended", "_connection", "_lease", "_make", "_unit")

    def __init__(
        self, lease: Lease, make: Callable[[Connection], PostgresUnitOfWork], appended: Signal
    ) -> None:
        self._lease = lease
        self._make = make
        self._appended = appended

    def __enter__(self) -> PostgresUnitOfWork:
        connection = self._lease.__enter__()
        connection.autocommit = True
        self._connection, self._unit = connection, self._make(connection)
        return self._unit

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                self._unit.commit()
            except BaseException as failure:
                self._give_back(failure)
                raise
        self._give_back(error)
        if error is None and self._unit.appended:
            self._appended.fire()

    def _give_back(self, error: BaseException | None) -> None:
        """Raises `StoreUnavailable` in place of a driver's error that may pass."""
        if error is not None:
            self._unit.roll_back()
        if not self._connection.closed:
            self._connection.autocommit = False
        self._lease.__exit__(type(error) if error else None, error, None)
