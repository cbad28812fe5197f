"""The end of a subject's keys in one service's database. What they sealed can't be read by anybody again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID


def destroy_keys(cursor: Any, subject: str, at: datetime) -> int:
    """Answers how many live keys there were, at most one. Every process forgets it at its next read.

    Takes a lock that makes erasures wait for each other, so that `generation` counts them one by one.
    """
    cursor.execute("UPDATE vault.generation SET n = n + 1")
    cursor.execute(
        "INSERT INTO vault.erased (subject, erased_at) VALUES (%s, %s)"
        " ON CONFLICT (subject) DO UPDATE SET"
        " erased_at = greatest(excluded.erased_at, vault.erased.erased_at)",
        (subject, at),
    )
    cursor.execute(
        "UPDATE vault.subject_keys SET wrapped = NULL, destroyed_at = %s"
        " WHERE subject = %s AND destroyed_at IS NULL",
        (at, subject),
    )
    return int(cursor.rowcount)


def streams_of(cursor: Any, subject: str) -> list[UUID]:
    """The streams that hold something personal of the subject's own, in a fixed order."""
    cursor.execute(
        "SELECT stream::text FROM vault.subject_streams WHERE subject = %s ORDER BY stream", (subject,)
    )
    return [UUID(row[0]) for row in cursor.fetchall()]
