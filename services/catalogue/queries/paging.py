"""Opaque places in a list: the last row's sort value and key."""

from __future__ import annotations

import base64
import json

from shared.problems import FieldError, invalid


def encode(value: str, key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([value, key], ensure_ascii=False).encode()).decode()


def decode(cursor: str) -> tuple[str, str]:
    """Raises the 422 problem on anything this module did not make."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError as error:
        raise invalid([FieldError("after", "unknown_cursor", "not a cursor of this list")]) from error
    return str(value), str(key)
