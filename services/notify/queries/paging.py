"""Newest first, by (time, id): stable while new rows come in on top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.problems import FieldError, invalid
from shared.web.cursors import decode_cursor, encode_cursor

NEWEST = ("infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff")


def place(after: str) -> tuple[str, str]:
    """Raises 422 for what is no cursor of a list."""
    if not after:
        return NEWEST
    at, identifier = decode_cursor(after, 2)
    try:
        return datetime.fromisoformat(str(at)).isoformat(), str(UUID(str(identifier)))
    except ValueError:
        raise invalid([FieldError("after", "unknown_cursor", "not a cursor of this list")]) from None


def next_place(rows: Sequence[dict[str, Any]], limit: int, at: str) -> str | None:
    if len(rows) < limit:
        return None
    return encode_cursor((rows[-1][at].isoformat(), rows[-1]["id"]))
