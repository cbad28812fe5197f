"""Signed tokens: a person's access token (EdDSA, issued by identity) and a service's own (shared secret).

The gateway forwards a person's token unchanged, so the owning service checks the signature itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

import jwt

from shared.problems import unauthenticated
from shared.security.actor import Actor, service_actor

AUDIENCE = "yiwang"
INTERNAL_AUDIENCE = "yiwang-internal"
ACCESS_LIFETIME = timedelta(minutes=15)
_KEPT_TOKENS = 4096
_CLAIMS = (
    "name", "department_code", "department_name", "region_code", "enterprise_id", "real_name_level",
    "number_mark",
)  # fmt: skip


class TokenIssuer:
    """Signs access tokens. Only the identity service holds the private key (PEM, Ed25519)."""

    def __init__(self, private_key_pem: str, now: Callable[[], datetime]) -> None:
        self._key = private_key_pem
        self._now = now

    def issue(self, actor: Actor, lifetime: timedelta = ACCESS_LIFETIME) -> str:
        now = self._now()
        claims: dict[str, Any] = {
            "sub": actor.id,
            "roles": sorted(actor.roles),
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": uuid4().hex,
        }
        claims |= {name: getattr(actor, name) for name in _CLAIMS if getattr(actor, name)}
        return jwt.encode(claims, self._key, algorithm="EdDSA")


class TokenVerifier:
    """Reads the actor out of a token, or raises the 401 problem.

    Expiry is judged by the injected clock, so that a simulated year does not sign everybody out.
    `service_secret` lets it accept the services' own tokens too.
    """

    def __init__(
        self, public_key_pem: str, now: Callable[[], datetime], service_secret: str | None = None
    ) -> None:
        self._key = public_key_pem
        self._now = now
        self._secret = service_secret
        # What is signed never changes, and each token comes many times. Only what holds is kept.
        self._claims = lru_cache(maxsize=_KEPT_TOKENS)(self._read)

    def actor(self, token: str) -> Actor:
        try:
            claims = self._claims(token)
        except jwt.PyJWTError as error:
            raise unauthenticated(f"the token is not valid: {error}") from error
        if claims["aud"] == INTERNAL_AUDIENCE:
            return service_actor(claims["sub"])
        if claims["exp"] <= self._now().timestamp():
            raise unauthenticated("the token has expired")
        details = {name: claims[name] for name in _CLAIMS if name in claims}
        return Actor(id=claims["sub"], roles=frozenset(claims["roles"]), extra={"token": token}, **details)

    def _read(self, token: str) -> dict[str, Any]:
        if self._secret and jwt.get_unverified_header(token).get("alg") == "HS256":
            return self._decode(token, self._secret, "HS256", INTERNAL_AUDIENCE)
        return self._decode(token, self._key, "EdDSA", AUDIENCE, "exp", "roles")

    def _decode(self, token: str, key: str, algorithm: str, audience: str, *required: str) -> dict[str, Any]:
        options: Any = {"require": ["sub", "aud", *required], "verify_exp": False, "verify_iat": False}
        return jwt.decode(token, key, algorithms=[algorithm], audience=audience, options=options)


def service_token(service: str, secret: str) -> str:
    """What a service shows for itself on RPC. `secret` is shared by all services of a platform."""
    return jwt.encode({"sub": service, "aud": INTERNAL_AUDIENCE}, secret, algorithm="HS256")
