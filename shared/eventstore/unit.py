"""One transaction of the event store on PostgreSQL, in as few round trips as its promises allow.

A unit that only appends (and reads streams) is one statement, sent when it is left: a statement is a
transaction by itself, and the database is spared BEGIN and COMMIT. The transaction is begun by what
needs one, together with that thing's own statement: a command's key, the transaction's id, or the
service's own rows. The commit goes with the command's answer; what is appended goes with both in a command
that asked what it needs with its key (`First`), so that such a command is two ways to the database. Who
appends to many streams says so (`together`): that is one statement, and one for whose streams they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg2.errors
from psycopg2.extensions import (
    TRANSACTION_STATUS_IDLE,
    TRANSACTION_STATUS_INERROR,
    TRANSACTION_STATUS_INTRANS,
)

from shared.clock import Clock
from shared.database.errors import PASSING, unavailable
from shared.database.pool import Connection, Database
from shared.database.prepared import prepare
from shared.eventstore.command import ANSWER, CLAIM, First, ending, sealed_answer, stored_answer
from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.heads import Head, keep_heads, load_head
from shared.eventstore.inserting import insert, stale
from shared.eventstore.rows import Row, read_stream, to_rows
from shared.eventstore.sealing import Algorithm
from shared.eventstore.signal import Signal
from shared.personal.seen import Seen
from shared.personal.vault import seal_events


class PostgresUnitOfWork:
    """On a connection of the pool's: committed when it is left, rolled back by an exception.

    One object, and what most units never have stands in the class: a unit is made for each append, and each
    object and each call that an append meets is memory that it must find again after it has waited for the
    database. `signal` is fired after the commit of a unit that appended.
    """

    _appended = False
    _begun = False
    _cursor: Any = None
    _own: Any = None
    _txid: int | None = None
    _command: tuple[str, str] | None = None
    _answer: tuple[str, str, str] | None = None
    _seen: Seen | None = None
    first: Any = None

    def __init__(self, db: Database, clock: Clock, source: str, algorithm: Algorithm, signal: Signal) -> None:
        self._db = db
        self._clock = clock
        self._source = source
        self._algorithm = algorithm
        self._signal = signal
        self._waiting: list[Row] = []
        self._heads: dict[bytes, Head] = {}

    def __enter__(self) -> Self:
        """The connection is in autocommit and nobody else's while the unit lasts."""
        self._connection: Connection = self._db.check_out()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raises `StoreUnavailable` in place of a driver's error that may pass."""
        if error is None:
            try:
                self.commit()
            except BaseException as failure:
                self._undo(failure)
                raise
            self._db.give_back(self._connection)
            if self._appended:
                self._signal.fire()
        else:
            self._undo(error)

    @property
    def cursor(self) -> Any:
        if self._cursor is None:
            self._cursor = self._connection.cursor()
        self._begin()
        self._send_now()
        return self._cursor

    @property
    def _sql(self) -> Any:
        """For the unit's own statements. A unit that appends one event has none that goes through it."""
        if self._own is None:
            self._own = self._connection.cursor()
        return self._own

    @property
    def txid(self) -> int:
        if self._txid is None:
            self._run("SELECT pg_current_xact_id()::text")
            self._txid = int(self._sql.fetchone()[0])
        return self._txid

    def begin_command(
        self, principal: str, key: str, fingerprint: str, first: First | None = None
    ) -> dict[str, Any] | None:
        self._send_now()
        self._store_answer()
        if first is None:
            self._run(CLAIM, (principal, key, fingerprint))
        else:
            prepare(self._connection, first.statement)
            self._run(first.statement.execute, (principal, key, fingerprint, *first.args))
        claimed = self._sql.fetchone()
        if claimed is not None:
            self._command, self._txid = (principal, key), int(claimed[0])
            if first is not None:
                self.first, self._seen = claimed[1], Seen.answered(claimed[1]["keys"])
            return None
        return stored_answer(self._sql, principal, key, fingerprint)

    def finish_command(self, answer: dict[str, Any], *, personal: bool = False) -> None:
        if self._command is None:
            raise RuntimeError("finish_command without begin_command")
        if personal:
            principal, key = self._command
            answer = sealed_answer(self._sql, principal, key, answer, self._seen)
        self._answer = (json.dumps(answer, ensure_ascii=False), *self._command)
        self._command = None

    def together(self, subjects: Iterable[str] = ()) -> None:
        self._begin()
        vault = self._connection.vault
        live = vault.live_keys(self._sql, subjects) if vault else {}
        if self._seen is None:
            self._seen = Seen(live)
        else:
            self._seen.live |= live

    def append(
        self, stream: UUID, expected_version: int, events: Sequence[NewEvent], metadata: Metadata
    ) -> int:
        if not events:
            return expected_version
        whose = stream.int.to_bytes(16, "big")  # `stream.bytes` is a call more
        previous = self._head_hash(whose, stream, expected_version)
        now, bodies = self._clock.now(), None
        if self._connection.vault is not None:
            bodies = seal_events(
                self._sealing(stream, expected_version, events), stream, expected_version, events, self._seen
            )
        rows = to_rows(whose, expected_version, previous, events, bodies, metadata, now, self._algorithm)
        self._waiting += rows
        last = rows[-1]
        self._heads[whose] = (last.version, last.hash)
        if self._begun and self._seen is None:
            self._send()
        self._appended = True
        return last.version

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        if self._waiting:
            self._begin()
            self._send_now()
        events = read_stream(self._sql, stream, after_version, self._source)
        if events:
            self._heads[stream.bytes] = (events[-1].version, events[-1].hash)
        return events

    def commit(self) -> None:
        """A claimed key without an answer would run its command again, or never: it is not committed."""
        if self._command is not None:
            raise RuntimeError("begin_command without finish_command")
        if not self._begun:
            self._send()
        else:
            self._end()
        keep_heads(self._connection, self._heads)

    def _end(self) -> None:
        if self._seen is not None:
            self._end_at_once(self._seen)
        elif self._answer is not None:
            self._store_answer("; COMMIT")
        else:
            self._sql.execute("COMMIT")
        if self._sql.statusmessage != "COMMIT":
            raise RuntimeError("a statement of this unit of work failed and it was left as if it had not")
        self._begun = False

    def _end_at_once(self, seen: Seen) -> None:
        rows, self._waiting = self._waiting, []
        whole, self._answer = ending(self._connection, rows, seen, self._answer), None
        try:
            self._sql.execute(whole)
        except psycopg2.errors.UniqueViolation as error:
            raise stale(rows, error.pgerror or "") from error

    def _undo(self, error: BaseException) -> None:
        self.roll_back()
        self._db.give_back(self._connection)
        if isinstance(error, PASSING):
            raise unavailable(error) from error

    def roll_back(self) -> None:
        """Raises nothing. A connection that can't do it, or may still be at work, is closed: then the
        server rolls back."""
        status = self._connection.get_transaction_status()
        if self._connection.closed or status == TRANSACTION_STATUS_IDLE:
            return
        try:
            if status not in (TRANSACTION_STATUS_INTRANS, TRANSACTION_STATUS_INERROR):
                raise psycopg2.InterfaceError("interrupted in the middle of a statement")
            self._sql.execute("ROLLBACK")
        except psycopg2.Error:
            self._connection.close()

    def _sealing(self, stream: UUID, expected_version: int, events: Sequence[NewEvent]) -> Any:
        """A cursor to find subjects' keys with; in the transaction, if keys may be needed, for they must
        live until the commit. Whose an older stream is, its first event may say: that is sent before."""
        if self._begun:
            seen = self._seen
            if seen is None or not expected_version or stream in seen.subjects:
                return self._sql
        return self.cursor if self._connection.vault.may_seal(events) else self._sql

    def _begin(self) -> None:
        if not self._begun:
            self._run("")

    def _run(self, sql: str, args: Sequence[Any] | None = None) -> None:
        """In the transaction; one that is not begun yet begins on the same way to the database."""
        if not self._begun:
            self._begun = True
            if self._waiting:
                self._sql.execute("BEGIN")
                self._send()
            else:
                sql = f"BEGIN; {sql}"
        if sql:
            self._sql.execute(sql, args)

    def _store_answer(self, then: str = "") -> None:
        if self._answer is not None:
            self._sql.execute(ANSWER + then, self._answer)
            self._answer = None

    def _send_now(self) -> None:
        """What would be sent with the commit: somebody may look at it before."""
        if self._seen is not None:
            self._send()
            for note in self._seen.notes(self._sql):
                self._sql.execute(note)

    def _send(self) -> None:
        rows, self._waiting = self._waiting, []
        if not rows:
            return
        try:
            insert(self._connection, rows)
        except psycopg2.errors.UniqueViolation as error:
            raise stale(rows, error.pgerror or "") from error

    def _head_hash(self, key: bytes, stream: UUID, expected_version: int) -> bytes:
        """Also refuses a gap: version n requires n-1, which the unique key alone would not see.

        Costs no query for a new stream, nor for one whose head was read or written here: should
        somebody have appended since, the unique key refuses ours. What an earlier unit knew counts
        for its own connection only, for what that saw committed can't be lost while it lives.
        """
        known = self._heads.get(key)
        if known is None:
            if expected_version == 0:
                return b""
            known = self._connection.heads.get(key)
            if known is None or known[0] != expected_version:
                known = load_head(self._sql, stream)
        if known[0] != expected_version:
            raise StaleVersion(stream, expected_version)
        return known[1]
