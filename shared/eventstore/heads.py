"""The head of a stream, its newest version with that event's hash: what an append goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.database.pool import Connection

Head = tuple[int, bytes]

_KNOWN = 1_000
"""Per connection. A head that is not known costs a query."""


def load_head(cursor: Any, stream: UUID) -> Head:
    """Version 0 and no hash for a stream that is not there."""
    cursor.execute(
        "SELECT version, hash FROM events WHERE stream = %s ORDER BY version DESC LIMIT 1",
        (str(stream),),
    )
    row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else (0, b"")


def keep_heads(connection: Connection, committed: Mapping[bytes, Head]) -> None:
    """For the connection's later units; by the bytes of the stream's id."""
    heads = connection.heads
    if len(heads) > _KNOWN:
        heads.clear()
    heads.update(committed)
