"""What the identity service is told from outside."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from shared.config.environment import Environment, SettingError
from shared.security.own_number import mark_key


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """`index_key` keys the blind index of logins, `mark_key` the marks of numbers in tokens (without one
    there are none). `population_register_url` None is the sandbox."""

    token_private_key: str = field(repr=False)
    index_key: bytes = field(repr=False)
    population_register_url: str | None = None
    mark_key: bytes | None = field(default=None, repr=False)


def read_settings() -> IdentitySettings:
    """Raises `SettingError`. Without an index secret of its own the key is derived from the services'."""
    env = Environment()
    private = env.secret("YIWANG_TOKEN_PRIVATE_KEY")
    if not private:
        raise SettingError(
            "YIWANG_TOKEN_PRIVATE_KEY", "is not set (nor its _FILE), so tokens can't be signed"
        )
    shared = env.secret("YIWANG_SERVICE_SECRET")
    secret = env.secret("YIWANG_IDENTITY_INDEX_SECRET") or shared
    if not secret:
        raise SettingError("YIWANG_IDENTITY_INDEX_SECRET", "is not set, nor YIWANG_SERVICE_SECRET")
    return IdentitySettings(
        token_private_key=private,
        index_key=hmac.digest(secret.encode(), b"yiwang identity login index", hashlib.sha256),
        population_register_url=env.optional("YIWANG_POPULATION_REGISTER_URL"),
        mark_key=mark_key(shared) if shared else None,
    )
