"""Cursors of lists: where the last page ended, as an opaque string."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from shared.problems import FieldError, invalid


def encode_cursor(*place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def decode_cursor(text: str | None, length: int) -> list[Any] | None:
    """Raises the 422 problem for what no list gave out."""
    if not text:
        return None
    try:
        place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError) as error:
        raise invalid([FieldError("after", "unknown_cursor", "this is not a cursor of this list")]) from error
    if not isinstance(place, list) or len(place) != length:
        raise invalid([FieldError("after", "unknown_cursor", "this is not a cursor of this list")])
    return place
