"""A unit of work on a connection of the pool's: committed when it is left, rolled back by an exception."""

from __future__ import annotations

from types import TracebackType

from shared.clock import Clock
from shared.database.errors import PASSING, unavailable
from shared.database.pool import Database
from shared.eventstore.sealing import Algorithm
from shared.eventstore.signal import Signal
from shared.eventstore.unit import PostgresUnitOfWork


class Transaction:
    """`appended` is fired after the commit of a unit that appended.

    A class, and the pool without its lease: every append goes through here, and each object and each call
    that it meets is memory that it must find again after it has waited for the database.
    """

    __slots__ = ("_algorithm", "_appended", "_clock", "_connection", "_db", "_source", "_unit")

    def __init__(
        self, db: Database, clock: Clock, source: str, algorithm: Algorithm, appended: Signal
    ) -> None:
        self._db = db
        self._clock = clock
        self._source = source
        self._algorithm = algorithm
        self._appended = appended

    def __enter__(self) -> PostgresUnitOfWork:
        self._connection = connection = self._db.check_out()
        self._unit = PostgresUnitOfWork(connection, self._clock, self._source, self._algorithm)
        return self._unit

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises `StoreUnavailable` in place of a driver's error that may pass."""
        if error is None:
            try:
                self._unit.commit()
            except BaseException as failure:
                self._undo(failure)
                raise
            self._db.give_back(self._connection)
            if self._unit.appended:
                self._appended.fire()
        else:
            self._undo(error)

    def _undo(self, error: BaseException) -> None:
        self._unit.roll_back()
        self._db.give_back(self._connection)
        if isinstance(error, PASSING):
            raise unavailable(error) from error
