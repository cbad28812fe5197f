"""One-time codes from a clock (RFC 6238): SHA-1, six digits, 30 seconds, as authenticator apps expect."""

from __future__ import annotations

import base64
import hmac
import struct
from datetime import datetime
from secrets import token_bytes

STEP_SECONDS = 30
DRIFT = 1
"""Steps before and after now that still count, for clocks that differ."""


def new_secret() -> str:
    return base64.b32encode(token_bytes(20)).decode()


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The step the code belongs to, or None. Remember it: a code must not be taken twice."""
    step = int(now.timestamp()) // STEP_SECONDS
    for candidate in range(step - DRIFT, step + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, candidate), code):
            return candidate
    return None


def code_at(secret: str, step: int) -> str:
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def provisioning_uri(secret: str, login: str) -> str:
    """What an authenticator app reads as a QR code."""
    return f"otpauth://totp/yiwang:{login}?secret={secret}&issuer=yiwang"
