"""Reads the actor out of the bearer token. The owning service checks the same token again."""

from __future__ import annotations

from typing import Protocol

from werkzeug.wrappers import Request

from shared.problems import Problem
from shared.security.actor import ANONYMOUS, Actor


class Verifier(Protocol):
    """`shared.security.tokens.TokenVerifier`, or what a test puts in its place."""

    def actor(self, token: str) -> Actor: ...


def actor_of(request: Request, verifier: Verifier) -> Actor:
    """Anonymous without an Authorization header; the 401 problem with one that is no good."""
    header = request.headers.get("Authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Problem(401, "invalid_token", "send Authorization: Bearer <access token>")
    return person_of(token, verifier)


def person_of(token: str, verifier: Verifier) -> Actor:
    """Whom the token stands for, in a header or a cookie. Raises the 401 problem."""
    try:
        actor = verifier.actor(token)
    except Problem as problem:
        raise Problem(401, "invalid_token", problem.detail) from problem
    if "service" in actor.roles:
        # Services speak over the broker; one of their tokens in front of the house is a stolen one.
        raise Problem(401, "invalid_token", "the token is not valid here")
    return actor


def client_address(request: Request, trusted_proxies: int) -> str:
    """Who is asking, for rate limits: the address our outermost trusted proxy saw."""
    if trusted_proxies:
        forwarded = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each]
        if len(forwarded) >= trusted_proxies:
            return forwarded[-trusted_proxies]
    return request.remote_addr or "unknown"
