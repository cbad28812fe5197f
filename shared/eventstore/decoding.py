"""Stored JSON text as values: what `json` makes of it, in a third of the time.

By orjson, which is given what it reads as `json` does. Of a whole number beyond 64 bits it makes a float, so
text with as many digits in a row is left to `json`. So is what it refuses: `json` may accept it (a lone
surrogate, `NaN`), or refuses it in its own words. Nothing is written by orjson: canonical text, and with it
the hash, is another matter (`sealing.py`).
"""

from __future__ import annotations

import json
from typing import Any

import orjson

_FITS = 18
"""Decimal digits that always fit into 64 bits. Nineteen in a row may not."""

_ZEROS = b"0" * (_FITS + 1)
_DIGITS_AS_ZEROS = bytes(ord("0") if chr(byte).isdecimal() else ord(" ") for byte in range(128)) + b" " * 128


def decode(text: bytes) -> Any:
    """`text` in UTF-8. Raises `ValueError`."""
    if text.translate(_DIGITS_AS_ZEROS).rfind(_ZEROS) < 0:
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return json.loads(text.decode())
    return json.loads(text.decode())
