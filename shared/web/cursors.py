"""Places in a list, as opaque strings: the sort values of the last row that was given out.

Not the places of a feed (`shared.eventstore.cursor`).
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from shared.problems import FieldError, invalid

Values = tuple[str | int | None, ...]


def encode_cursor(values: Values) -> str:
    packed = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return urlsafe_b64encode(packed).decode().rstrip("=")


def decode_cursor(cursor: str, length: int, field: str = "after") -> Values:
    """The values `encode_cursor` packed; a 422 problem when it is not one of `length` values."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = json.loads(urlsafe_b64decode(padded))
    except (UnicodeError, binascii.Error, ValueError, RecursionError) as error:
        raise _no_cursor(field) from error
    plain = isinstance(values, list) and all(_is_plain(value) for value in values)
    if not plain or len(values) != length:
        raise _no_cursor(field)
    return tuple(values)


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" not in value
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63)


def _no_cursor(field: str) -> Exception:
    return invalid([FieldError(field, "unknown_cursor", "this is not a cursor of this list")])
