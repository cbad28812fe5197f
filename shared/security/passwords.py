"""Passwords: what is acceptable, and Argon2id for keeping them.

Cost: 19 MiB, two passes, one lane; about 20 ms. It blocks the calling thread for that long, which a
service process can bear; more memory would let a hundred people who sign in at once exhaust it.
"""

from __future__ import annotations

import string
from secrets import choice

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

MIN_LENGTH = 8
MAX_LENGTH = 128
CLASSES_NEEDED = 3

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash("nobody signs in with this")


def weaknesses(password: str, *known: str) -> list[str]:
    """Codes of what is wrong (GB/T 22239: length, kinds of characters). `known`: login, phone..."""
    found = []
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        found.append("password_length")
    if _classes(password) < CLASSES_NEEDED:
        found.append("password_too_simple")
    lowered = password.lower()
    if any(len(word) >= 4 and word.lower() in lowered for word in known):
        found.append("password_holds_login")
    return found


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """`stored` None is an account that does not exist: it takes as long and is never right."""
    try:
        return _hasher.verify(stored or _NOBODY, password) and stored is not None
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError) as error:
        raise ValueError("the stored password hash is damaged") from error


def needs_rehash(stored: str) -> bool:
    return _hasher.check_needs_rehash(stored)


def random_password(length: int = 16) -> str:
    """One that passes `weaknesses`, without characters that look alike."""
    letters = "".join(set(string.ascii_letters + string.digits) - set("0O1lI"))
    while True:
        made = "".join(choice(letters + "-_.") for _ in range(length))
        if not weaknesses(made):
            return made


def _classes(password: str) -> int:
    kinds = (str.islower, str.isupper, str.isdigit, lambda char: not char.isalnum())
    return sum(any(kind(char) for char in password) for kind in kinds)
