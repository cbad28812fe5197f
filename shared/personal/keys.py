"""Subject keys: made, found and unwrapped. `PostgresKeys` keeps them in `vault`, `MemoryKeys` for tests."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from psycopg2.extras import execute_values

from shared.personal.ciphers import CipherKind
from shared.personal.masters import MasterKeys


@dataclass(frozen=True, slots=True)
class KeyRow:
    """`wrapped` None: destroyed."""

    key: str
    subject: str
    cipher: str
    wrapped: bytes | None
    master: str

    @property
    def about(self) -> str:
        """Authenticated with the wrapped key."""
        return f"{self.key}:{self.subject}"


def new_row(subject: str, kind: CipherKind, masters: MasterKeys) -> KeyRow:
    bare = KeyRow(os.urandom(8).hex(), subject, kind.name, None, masters.newest)
    wrapped = masters.wrap(kind.new_key(), bare.about)
    return KeyRow(bare.key, subject, kind.name, wrapped, masters.newest)


class Keys(Protocol):
    """`cursor` is the transaction at hand: what it writes is undone with it."""

    def first_event(self, cursor: Any, stream: UUID) -> tuple[str, Mapping[str, Any]] | None: ...

    def note(self, cursor: Any, stream: UUID, subject: str, others: Iterable[str]) -> dict[str, KeyRow]:
        """Write down whose stream it is, and answer the live keys of that subject and the others."""
        ...

    def noted(self, cursor: Any, stream: UUID, others: Iterable[str]) -> tuple[str | None, dict[str, KeyRow]]:
        """The subject a stream was noted for, and the same keys."""
        ...

    def live(self, cursor: Any, subjects: Iterable[str]) -> dict[str, KeyRow]:
        """The keys that are not destroyed, by subject."""
        ...

    def add(self, cursor: Any, rows: Iterable[KeyRow]) -> None:
        """Leaves out who got a live key meanwhile. Blocks while another transaction makes the same."""
        ...

    def generation(self, cursor: Any) -> int: ...

    def by_id(self, cursor: Any, keys: Iterable[str]) -> tuple[int, dict[str, KeyRow]]:
        """The generation and the rows that are there, of one moment."""
        ...


_COLUMNS = "key, subject, cipher, wrapped, master"
_LIVE = f"SELECT {_COLUMNS} FROM vault.subject_keys WHERE destroyed_at IS NULL AND subject = ANY(%s)"  # noqa: S608
NOTE = "INSERT INTO vault.subject_streams (stream, subject) VALUES (%s, %s) ON CONFLICT DO NOTHING"
NOTE_MANY = """INSERT INTO vault.subject_streams (stream, subject)
SELECT * FROM unnest(%s::uuid[], %s::text[]) ON CONFLICT DO NOTHING"""
_NOTE_AND_LIVE = f"WITH noted AS ({NOTE}) {_LIVE}"
_NOTED = """
SELECT s.subject, k.key, k.subject, k.cipher, k.wrapped, k.master
FROM (SELECT (SELECT subject FROM vault.subject_streams WHERE stream = %s) AS subject) s
LEFT JOIN vault.subject_keys k ON k.destroyed_at IS NULL AND k.subject = ANY(%s::text[] || s.subject)
"""


class PostgresKeys:
    def first_event(self, cursor: Any, stream: UUID) -> tuple[str, Mapping[str, Any]] | None:
        cursor.execute(
            "SELECT type, data FROM public.events WHERE stream = %s AND version = 1", (str(stream),)
        )
        row = cursor.fetchone()
        return (row[0], row[1]) if row else None

    def note(self, cursor: Any, stream: UUID, subject: str, others: Iterable[str]) -> dict[str, KeyRow]:
        cursor.execute(_NOTE_AND_LIVE, (str(stream), subject, [subject, *others]))
        return {row.subject: row for row in map(_key_row, cursor.fetchall())}

    def noted(self, cursor: Any, stream: UUID, others: Iterable[str]) -> tuple[str | None, dict[str, KeyRow]]:
        cursor.execute(_NOTED, (str(stream), list(others)))
        rows = cursor.fetchall()
        return rows[0][0], {row[2]: _key_row(row[1:]) for row in rows if row[1] is not None}

    def live(self, cursor: Any, subjects: Iterable[str]) -> dict[str, KeyRow]:
        cursor.execute(_LIVE, (list(subjects),))
        return {row.subject: row for row in map(_key_row, cursor.fetchall())}

    def add(self, cursor: Any, rows: Iterable[KeyRow]) -> None:
        execute_values(
            cursor,
            f"INSERT INTO vault.subject_keys ({_COLUMNS}) VALUES %s"  # noqa: S608
            " ON CONFLICT (subject) WHERE destroyed_at IS NULL DO NOTHING",
            # In one order for everybody, so that two who make the same keys never wait for each other.
            [
                (row.key, row.subject, row.cipher, row.wrapped, row.master)
                for row in sorted(rows, key=lambda row: row.subject)
            ],
        )

    def generation(self, cursor: Any) -> int:
        cursor.execute("SELECT n FROM vault.generation")
        return int(cursor.fetchone()[0])

    def by_id(self, cursor: Any, keys: Iterable[str]) -> tuple[int, dict[str, KeyRow]]:
        cursor.execute(
            f"SELECT g.n, {_COLUMNS} FROM vault.generation g"  # noqa: S608
            " LEFT JOIN vault.subject_keys ON key = ANY(%s)",
            (list(keys),),
        )
        rows = cursor.fetchall()
        return rows[0][0], {row[1]: _key_row(row[1:]) for row in rows if row[1] is not None}


class MemoryKeys:
    """For the in-memory store. Knows no transactions: a key that nobody uses is left over, as an id is."""

    def __init__(self) -> None:
        self.rows: dict[str, KeyRow] = {}
        self.streams: dict[UUID, str] = {}
        self.n = 0

    def first_event(self, cursor: Any, stream: UUID) -> tuple[str, Mapping[str, Any]] | None:
        return None

    def note(self, cursor: Any, stream: UUID, subject: str, others: Iterable[str]) -> dict[str, KeyRow]:
        self.streams.setdefault(stream, subject)
        return self.live(cursor, [subject, *others])

    def noted(self, cursor: Any, stream: UUID, others: Iterable[str]) -> tuple[str | None, dict[str, KeyRow]]:
        subject = self.streams.get(stream)
        return subject, self.live(cursor, [*others, *([subject] if subject else ())])

    def live(self, cursor: Any, subjects: Iterable[str]) -> dict[str, KeyRow]:
        wanted = set(subjects)
        return {row.subject: row for row in self.rows.values() if row.wrapped and row.subject in wanted}

    def add(self, cursor: Any, rows: Iterable[KeyRow]) -> None:
        for row in rows:
            if not self.live(cursor, [row.subject]):
                self.rows[row.key] = row

    def generation(self, cursor: Any) -> int:
        return self.n

    def by_id(self, cursor: Any, keys: Iterable[str]) -> tuple[int, dict[str, KeyRow]]:
        return self.n, {key: self.rows[key] for key in keys if key in self.rows}


def _key_row(row: Any) -> KeyRow:
    key, subject, cipher, wrapped, master = row
    return KeyRow(key, subject, cipher, bytes(wrapped) if wrapped is not None else None, master)
