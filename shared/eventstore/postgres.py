"""The event store on PostgreSQL.

No lock on the write path: the unique key on (stream, version) is the whole of the concurrency
control, and ticks give readers an order that no slow or foreign transaction can disturb.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg2.errors
from psycopg2.extras import execute_values

from shared.clock import Clock, SystemClock
from shared.database.pool import Database
from shared.eventstore import feed
from shared.eventstore.errors import CommandKeyReused, StaleVersion
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.rows import COLUMNS, to_events
from shared.eventstore.sealing import SHA256, Algorithm, canonical, chain
from shared.eventstore.store import FeedPage
from shared.personal.vault import open_value, seal_events, seal_value

_APPEND = f"INSERT INTO events ({COLUMNS}) VALUES %s RETURNING txid::text"  # noqa: S608


class PostgresUnitOfWork:
    def __init__(self, cursor: Any, clock: Clock, source: str, algorithm: Algorithm = SHA256) -> None:
        self.cursor = cursor
        self.appended = False
        self._clock = clock
        self._source = source
        self._algorithm = algorithm
        self._command: tuple[str, str] | None = None
        self._heads: dict[UUID, tuple[int, bytes]] = {}
        self._txid: int | None = None

    @property
    def txid(self) -> int:
        if self._txid is None:
            self.cursor.execute("SELECT pg_current_xact_id()::text")
            self._txid = int(self.cursor.fetchone()[0])
        return self._txid

    def begin_command(self, principal: str, key: str, fingerprint: str) -> dict[str, Any] | None:
        self.cursor.execute(
            "INSERT INTO commands (principal, key, fingerprint) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (principal, key, fingerprint),
        )
        if self.cursor.rowcount == 1:
            self._command = (principal, key)
            return None
        self.cursor.execute(
            "SELECT fingerprint, answer FROM commands WHERE principal = %s AND key = %s",
            (principal, key),
        )
        known, answer = self.cursor.fetchone()
        if known != fingerprint:
            raise CommandKeyReused(key)
        stored: dict[str, Any] = answer
        if "value" in stored:
            stored["value"] = open_value(self.cursor, _about(principal, key), stored["value"])
        return stored

    def finish_command(self, answer: dict[str, Any], *, personal: bool = False) -> None:
        if self._command is None:
            raise RuntimeError("finish_command without begin_command")
        if personal:
            principal, key = self._command
            value = seal_value(self.cursor, principal, _about(principal, key), answer["value"])
            answer = {**answer, "value": value}
        self.cursor.execute(
            "UPDATE commands SET answer = %s WHERE principal = %s AND key = %s",
            (json.dumps(answer, ensure_ascii=False), *self._command),
        )
        self._command = None

    def append(
        self, stream: UUID, expected_version: int, events: Sequence[NewEvent], metadata: Metadata
    ) -> int:
        if not events:
            return expected_version
        previous = self._head_hash(stream, expected_version)
        now, meta = self._clock.now(), canonical(metadata.as_dict())
        rows = []
        bodies = seal_events(self.cursor, stream, expected_version, events)
        for version, (event, body) in enumerate(zip(events, bodies, strict=True), start=expected_version + 1):
            data = canonical(body)
            previous = chain(
                previous, id=event.id, stream=stream, version=version, type=event.type,
                schema_version=event.schema_version, metadata=meta, occurred_at=event.occurred_at,
                recorded_at=now, data=data, algorithm=self._algorithm,
            )  # fmt: skip
            rows.append(
                (
                    str(event.id), str(stream), version, event.type, event.schema_version,
                    data, meta, event.occurred_at, now, previous,
                )
            )  # fmt: skip
        try:
            txids = execute_values(self.cursor, _APPEND, rows, page_size=len(rows), fetch=True)
        except psycopg2.errors.UniqueViolation as error:
            raise StaleVersion(stream, expected_version) from error
        self._txid = int(txids[0][0])
        self._heads[stream] = (expected_version + len(rows), previous)
        self.appended = True
        return expected_version + len(rows)

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        events = _read_stream(self.cursor, stream, after_version, self._source)
        if events:
            self._heads[stream] = (events[-1].version, events[-1].hash)
        return events

    def check_finished(self) -> None:
        """A claimed key without an answer would run its command again, or never: refuse to commit it."""
        if self._command is not None:
            raise RuntimeError("begin_command without finish_command")

    def _head_hash(self, stream: UUID, expected_version: int) -> bytes:
        """Also refuses a gap: version n requires n-1, which the unique key alone would not see.

        Costs no query for a new stream, nor for one that was read in this unit of work: should
        somebody have appended since, the unique key refuses ours.
        """
        if expected_version == 0:
            return b""
        version, last = self._heads.get(stream) or self._load_head(stream)
        if version != expected_version:
            raise StaleVersion(stream, expected_version)
        return last

    def _load_head(self, stream: UUID) -> tuple[int, bytes]:
        self.cursor.execute(
            "SELECT version, hash FROM events WHERE stream = %s ORDER BY version DESC LIMIT 1",
            (str(stream),),
        )
        row = self.cursor.fetchone()
        return (row[0], bytes(row[1])) if row else (0, b"")


class PostgresEventStore:
    """`source` is the owning service's name, stamped on what is read; `algorithm` hashes what is appended."""

    def __init__(
        self, db: Database, source: str, clock: Clock | None = None, *, algorithm: Algorithm = SHA256
    ) -> None:
        self._db = db
        self._source = source
        self._clock = clock or SystemClock()
        self._algorithm = algorithm
        self._feed = feed.Feed(db, source, self._clock)

    @contextmanager
    def unit_of_work(self) -> Iterator[PostgresUnitOfWork]:
        with self._db.transaction() as cursor:
            unit = PostgresUnitOfWork(cursor, self._clock, self._source, self._algorithm)
            yield unit
            unit.check_finished()
        if unit.appended:
            self._feed.appended.fire()

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        with self._db.transaction() as cursor:
            return _read_stream(cursor, stream, after_version, self._source)

    def read_feed(self, after: str = "", *, category: str | None = None, limit: int = 1000) -> FeedPage:
        return self._feed.read(after, category=category, limit=limit)

    def head(self) -> str:
        return self._feed.head()

    def tick(self) -> bool:
        return self._feed.tick()

    def wait(self, timeout: float) -> bool:
        return self._feed.ticked.wait(timeout)

    def wait_for_append(self, timeout: float) -> bool:
        return self._feed.appended.wait(timeout)

    def reached(self, cursor: str, txid: int, *, category: str | None = None) -> bool:
        return self._feed.reached(cursor, txid, category)

    def appended_by(self, txid: int) -> set[tuple[UUID, str]]:
        return self._feed.appended_by(txid)

    def find(self, id: UUID, stream: UUID, version: int) -> str | None:
        return self._feed.find(id, stream, version)


def _about(principal: str, key: str) -> str:
    return f"command:{principal}:{key}"


def _read_stream(cursor: Any, stream: UUID, after_version: int, source: str) -> list[Event]:
    cursor.execute(
        f"SELECT {COLUMNS} FROM events WHERE stream = %s AND version > %s ORDER BY version",  # noqa: S608
        (str(stream), after_version),
    )
    return to_events(cursor, cursor.fetchall(), source)
