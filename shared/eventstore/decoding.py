"""Stored JSON text as values: what `json` makes of it, in a third of the time.

By orjson, which is given what it reads as `json` does. Of a whole number beyond 64 bits it makes a float, so
text that may hold one is left to `json`. So is what orjson refuses: `json` may accept it (a lone surrogate,
`NaN`), or refuses it in its own words. Nothing is written by orjson: canonical text, and with it the hash, is
another matter (`sealing.py`).
"""

from __future__ import annotations

import json
from typing import Any

import orjson

_FITS = 18
"""Decimal digits that always fit into 64 bits. Nineteen in a row may not."""

# A number inside of an object stands after one of these. Citizens', credit and case numbers are strings, and
# stand after a quote: nineteen digits in a row alone are in every event of a case.
_BEFORE_A_NUMBER = ":,[- \t\n\r"
_LONG_NUMBER = b":" + b"0" * (_FITS + 1)


def _kind(character: str) -> int:
    if character in _BEFORE_A_NUMBER:
        return ord(":")
    return ord("0") if character in "0123456789" else ord(" ")


_KINDS = bytes(_kind(chr(byte)) for byte in range(256))


def decode(text: bytes) -> Any:
    """`text` in UTF-8; an object for the most part, anything else is read too. Raises `ValueError`."""
    if text.startswith(b"{") and text.translate(_KINDS).rfind(_LONG_NUMBER) < 0:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return json.loads(text.decode())
    return json.loads(text.decode())
