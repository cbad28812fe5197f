"""Where seals and their lists are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.seals.seal import Entry, Seal, Statement

_COLUMNS = (
    "service, number, first, count, until, taken_at, root, previous, hash, signature_kind, key,"
    " signature, first_tick, last_tick"
)


def newest(cursor: Any) -> Seal | None:
    cursor.execute(f"SELECT {_COLUMNS} FROM seals ORDER BY number DESC LIMIT 1")  # noqa: S608
    row = cursor.fetchone()
    return _seal(row) if row else None


def newest_first(cursor: Any, below: int | None, limit: int) -> list[Seal]:
    """Those with a number below the given one, or the newest."""
    cursor.execute(
        f"SELECT {_COLUMNS} FROM seals WHERE %s::int IS NULL OR number < %s"  # noqa: S608
        " ORDER BY number DESC LIMIT %s",
        (below, below, limit),
    )
    return [_seal(row) for row in cursor.fetchall()]


def all_seals(cursor: Any, numbers: Sequence[int] | None = None) -> list[Seal]:
    """In order; only those of `numbers` if given."""
    wanted = None if numbers is None else list(numbers)
    cursor.execute(
        f"SELECT {_COLUMNS} FROM seals WHERE %s::int[] IS NULL OR number = ANY(%s) ORDER BY number",  # noqa: S608
        (wanted, wanted),
    )
    return [_seal(row) for row in cursor.fetchall()]


def put(cursor: Any, seal: Seal) -> None:
    stated = seal.statement
    cursor.execute(
        f"INSERT INTO seals ({_COLUMNS}) VALUES ({', '.join(['%s'] * 14)})",  # noqa: S608
        (
            stated.service, stated.number, stated.first, stated.count, stated.until, stated.taken_at,
            stated.root, stated.previous, stated.hash, stated.signature, stated.key,
            seal.signature, seal.first_tick, seal.last_tick,
        ),
    )  # fmt: skip


def put_entries(cursor: Any, seal: int, chunk: int, node: bytes, entries: Sequence[Entry]) -> None:
    packed = b"".join(entry.packed() for entry in entries)
    cursor.execute(
        "INSERT INTO seal_entries (seal, chunk, node, entries) VALUES (%s, %s, %s, %s)",
        (seal, chunk, node, packed),
    )


def nodes_of(cursor: Any, seal: int) -> list[bytes]:
    cursor.execute("SELECT node FROM seal_entries WHERE seal = %s ORDER BY chunk", (seal,))
    return [bytes(row[0]) for row in cursor.fetchall()]


def chunk_of(cursor: Any, seal: int, chunk: int) -> bytes:
    """Packed entries; empty when there is no such chunk."""
    cursor.execute("SELECT entries FROM seal_entries WHERE seal = %s AND chunk = %s", (seal, chunk))
    row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def chunks_naming(cursor: Any, stream: bytes, seal: int | None = None) -> list[tuple[int, int, bytes]]:
    """(seal, chunk, packed entries) of the lists in which a stream's bytes occur; of one seal if given.

    Reads every list it looks at: about a second per ten million sealed events.
    """
    cursor.execute(
        "SELECT seal, chunk, entries FROM seal_entries"
        " WHERE (%s::int IS NULL OR seal = %s) AND position(%s::bytea IN entries) > 0 ORDER BY seal, chunk",
        (seal, seal, stream),
    )
    return [(row[0], row[1], bytes(row[2])) for row in cursor.fetchall()]


def _seal(row: Sequence[Any]) -> Seal:
    service, number, first, count, until, taken_at, top, previous, hash, kind, key, *rest = row
    signature, first_tick, last_tick = rest
    stated = Statement(
        service, number, first, count, until, taken_at, bytes(top), bytes(previous), hash, kind, key
    )
    return Seal(stated, bytes(signature), first_tick, last_tick)
