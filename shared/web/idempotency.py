"""What may be an idempotency key."""

from __future__ import annotations

LONGEST_KEY = 200


def is_key(text: str) -> bool:
    return 0 < len(text) <= LONGEST_KEY and text.isascii() and text.isprintable()
