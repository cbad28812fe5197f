"""What a token says of its holder's citizen number: enough to recognise it, nothing to read it from.

A keyed digest, bound to the account. Without the key, which the services derive from their shared secret,
the few billion numbers there are can't be tried out on it; and tokens of two accounts can't be compared.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from shared.domain.citizen_id import normalise

_BYTES = 16


def mark_key(service_secret: str) -> bytes:
    return hmac.digest(service_secret.encode(), b"yiwang own number", hashlib.sha256)


def number_mark(key: bytes, account_id: str, number: str) -> str:
    """The mark of an account with this number; `number` as people write it."""
    whole = hmac.digest(key, f"{account_id}:{normalise(number)}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(whole[:_BYTES]).decode().rstrip("=")


def is_marked(mark: str | None, key: bytes, account_id: str, number: str | None) -> bool:
    """Whether the mark says that this is the account's number. False says nothing: there may be no mark."""
    return bool(mark and number) and hmac.compare_digest(
        str(mark).encode(), number_mark(key, account_id, str(number)).encode()
    )
