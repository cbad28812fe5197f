"""A transaction whose statements are sent together: the way to the database and back is most of a short one.

Whatever is executed waits until somebody looks at a result, or for the commit, and then goes with everything
before it. So a transaction of which nothing is read is one way there and back, BEGIN and COMMIT included. An
error comes when the statement is sent, which may be at the end: for who lets every error end the transaction.
"""

from __future__ import annotations

from typing import Any

import psycopg2
from psycopg2.extensions import (
    TRANSACTION_STATUS_IDLE,
    TRANSACTION_STATUS_INERROR,
    TRANSACTION_STATUS_INTRANS,
)
from psycopg2.extensions import cursor as Cursor

_base: Any = Cursor


class GatheringCursor(Cursor):
    """On a connection in autocommit. `commit` or `roll_back` ends it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._waiting: list[bytes] = [b"BEGIN"]
        self._begun = False

    def execute(self, query: Any, vars: Any = None) -> None:
        self._waiting.append(self.mogrify(query, vars))

    def executemany(self, query: Any, vars_list: Any) -> None:
        for each in vars_list:
            self.execute(query, each)

    def copy_expert(self, *args: Any, **more: Any) -> None:
        self._send()
        super().copy_expert(*args, **more)

    def fetchone(self) -> Any:
        self._send()
        return super().fetchone()

    def fetchmany(self, *args: Any, **more: Any) -> Any:
        self._send()
        return super().fetchmany(*args, **more)

    def fetchall(self) -> Any:
        self._send()
        return super().fetchall()

    def __iter__(self) -> Any:
        self._send()
        return super().__iter__()

    @property
    def rowcount(self) -> int:
        self._send()
        return int(_base.rowcount.__get__(self))

    @property
    def description(self) -> Any:
        self._send()
        return _base.description.__get__(self)

    def commit(self) -> None:
        if not self._begun and len(self._waiting) == 1:
            return
        self._waiting.append(b"COMMIT")
        self._send()
        if self.statusmessage != "COMMIT":
            raise RuntimeError("a statement failed and the transaction was left as if it had not")

    def roll_back(self) -> None:
        """Raises nothing. A connection that may still be at work is closed: then the server rolls back."""
        self._waiting.clear()
        status = self.connection.get_transaction_status()
        if self.connection.closed or status == TRANSACTION_STATUS_IDLE:
            return
        try:
            if status not in (TRANSACTION_STATUS_INTRANS, TRANSACTION_STATUS_INERROR):
                raise psycopg2.InterfaceError("interrupted in the middle of a statement")
            super().execute("ROLLBACK")
        except psycopg2.Error:
            self.connection.close()

    def _send(self) -> None:
        if self._waiting:
            statements, self._waiting, self._begun = b";\n".join(self._waiting), [], True
            super().execute(statements)
