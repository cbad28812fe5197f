"""Connections to one service's database, checked out one per transaction.

A psycopg2 connection serves one greenlet at a time when the process is green, so nobody keeps one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition
from time import monotonic
from types import TracebackType
from typing import Any

import psycopg2
import psycopg2.extensions
from psycopg2.extensions import (
    TRANSACTION_STATUS_IDLE,
    TRANSACTION_STATUS_INERROR,
    TRANSACTION_STATUS_INTRANS,
)

from shared.database.errors import passes, translated, unavailable
from shared.database.gathering import GatheringCursor
from shared.eventstore.errors import StoreUnavailable

STATEMENT_TIMEOUT_MS = 30_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000
CHECKOUT_TIMEOUT = 30.0
"""Seconds. Longer than a statement may take, so that only a leak or a stall gets here."""


_AT_REST = (TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS, TRANSACTION_STATUS_INERROR)


class Connection(psycopg2.extensions.connection):
    """Knows what was prepared in its session (`prepared.py`), and the heads of streams that it saw committed,
    by the bytes of the stream's id.

    `vault` opens and seals the personal data of the events that go over it; None where there are none.
    `kept` is shared by all connections of a pool: what their users keep in memory, by name.
    """

    vault: Any = None
    kept: dict[str, Any]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kept = {}
        self.prepared: dict[str, Any] = {}
        self.heads: dict[bytes, tuple[int, bytes]] = {}


class Lease:
    """A connection for the length of a `with`."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Database) -> None:
        self._pool = pool

    def __enter__(self) -> Connection:
        self._connection = self._pool.check_out()
        return self._connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.give_back(self._connection)
        if error is not None and passes(error):
            raise unavailable(error) from error


class Database:
    """A bounded pool. Checking out blocks while `size` connections are out, `CHECKOUT_TIMEOUT` at most.

    Whatever the driver raises for a passing reason leaves here as `StoreUnavailable`. Connections are in
    autocommit but for `transaction()`.
    """

    def __init__(self, dsn: str, *, size: int = 10, name: str = "yiwang", vault: Any = None) -> None:
        self.dsn = dsn
        self.vault = vault
        self.kept: dict[str, Any] = {}
        self._name = name
        self._free: list[Connection] = []
        self._room = size
        self._waiting = 0
        self._given_back = Condition()

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        """A psycopg2 cursor in a transaction: commits at the end, rolls back on an exception."""
        with self.connection() as connection:
            connection.autocommit = False
            try:
                with connection, connection.cursor() as cursor:
                    yield cursor
            finally:
                if connection.get_transaction_status() == TRANSACTION_STATUS_IDLE:
                    connection.autocommit = True

    @contextmanager
    def at_once(self) -> Iterator[Any]:
        """A cursor outside of transactions: each statement commits by itself.

        For reads of one statement, or of several that may see what was committed between them: a
        transaction's BEGIN and COMMIT are round trips of their own, and two thirds of a short read.
        """
        with self.connection() as connection, connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def gathered(self) -> Iterator[GatheringCursor]:
        """As `transaction`, in as few ways to the database and back as what is read in it allows."""
        with self.connection() as connection:
            cursor = connection.cursor(cursor_factory=GatheringCursor)
            try:
                yield cursor
                cursor.commit()
            finally:
                cursor.roll_back()

    def connection(self) -> Lease:
        """A checked-out connection, given back clean; a broken one is closed and not given back."""
        return Lease(self)

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A connection beside the pool in autocommit, for who holds a session lock; closed at the end.

        The lock goes with the connection: whatever its holder writes over this very connection can't
        be written after the lock was lost.
        """
        with translated():
            connection = self._connect()
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def advisory_lock(self, space: int, name: str) -> Iterator[bool]:
        """Hold a session lock for the block if it is free; yields whether it is held. Takes a pool slot."""
        with self.connection() as connection:
            cursor: Any
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", (space, name))
                held = bool(cursor.fetchone()[0])
                try:
                    yield held
                finally:
                    if held and not connection.closed:
                        cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", (space, name))

    def fetch(self, sql: str, args: Any = ()) -> list[dict[str, Any]]:
        """Rows of one query as dicts."""
        with self.at_once() as cursor:
            cursor.execute(sql, args)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def check_out(self) -> Connection:
        """For who can't say `with connection()`: must give back. Each append goes through here, so a
        connection that is free is taken without a lock: a list's `pop` gives nobody the same."""
        try:
            return self._free.pop()
        except IndexError:
            return self._another()

    def give_back(self, connection: Connection) -> None:
        """Without a lock likewise. Who waits says so before it looks at what is free, so it is seen here."""
        idle = connection.get_transaction_status() == TRANSACTION_STATUS_IDLE
        if (idle and connection.autocommit) or _made_clean(connection):
            self._free.append(connection)
        else:
            connection.close()
            with self._given_back:
                self._room += 1
        if self._waiting:
            with self._given_back:
                self._given_back.notify()

    def _another(self) -> Connection:
        """A new one while there is room for it, else the next that is given back."""
        end = monotonic() + CHECKOUT_TIMEOUT
        with self._given_back:
            self._waiting += 1
            try:
                while not self._room:
                    with suppress(IndexError):
                        return self._free.pop()
                    if not self._given_back.wait(end - monotonic()):
                        raise StoreUnavailable(f"no connection became free in {CHECKOUT_TIMEOUT:.0f} s")
                self._room -= 1
            finally:
                self._waiting -= 1
        try:
            with translated():
                return self._connect()
        except BaseException:
            with self._given_back:
                self._room += 1
                self._given_back.notify()
            raise

    def close(self) -> None:
        """What is free. Those that are out stay so, and new ones are made when they are asked for."""
        while self._free:
            self._free.pop().close()
            with self._given_back:
                self._room += 1

    def _connect(self) -> Connection:
        connection = psycopg2.connect(
            self.dsn,
            connection_factory=Connection,
            connect_timeout=5,
            application_name=self._name,
            keepalives_idle=30,
            options=f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
            f" -c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_TIMEOUT_MS}"
            " -c timezone=UTC",
        )
        connection.autocommit = True
        connection.vault = self.vault
        connection.kept = self.kept
        return connection


def _made_clean(connection: Connection) -> bool:
    """In autocommit, without a transaction that somebody left open, be it the driver's or one of plain SQL.
    False if the connection is lost, or in the middle of a statement."""
    if connection.get_transaction_status() not in _AT_REST:
        return False
    try:
        connection.rollback()
        if connection.get_transaction_status() != TRANSACTION_STATUS_IDLE:
            connection.cursor().execute("ROLLBACK")
        connection.autocommit = True
    except psycopg2.Error:
        return False
    return True
