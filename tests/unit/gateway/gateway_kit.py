"""A gateway, a remote that notes what it is asked, keys, and named assertions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from services.gateway.application import Gateway
from shared.clock import SimulatedClock
from shared.problems import Problem
from shared.security.actor import Actor
from shared.security.tokens import TokenIssuer
from shared.service.call import Answer

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SERVICES = ("cases", "catalogue", "identity", "notify", "supervision")
KEY = {"Idempotency-Key": "key-1"}


@dataclass
class Asked:
    service: str
    operation: str
    actor: Actor | None
    body: dict[str, Any]
    params: dict[str, Any]
    key: str | None
    if_match: int | None
    after_token: str | None
    correlation_id: str | None
    language: str


@dataclass
class NotingRemote:
    """Answers every question with `answers[operation]` (or an empty object) and keeps what was asked."""

    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, Answer | Exception] = field(default_factory=dict)

    def call(
        self,
        service: str,
        operation: str,
        *,
        actor: Actor | None = None,
        body: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        key: str | None = None,
        timeout: float = 10.0,
        if_match: int | None = None,
        after_token: str | None = None,
        correlation_id: str | None = None,
        language: str = "zh-CN",
    ) -> Answer:
        self.asked.append(
            Asked(
                service, operation, actor, body or {}, params or {}, key,
                if_match, after_token, correlation_id, language,
            )
        )  # fmt: skip
        answer = self.answers.get(f"{service}.{operation}", self.answers.get(operation, Answer({})))
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def last(self) -> Asked:
        return self.asked[-1]


class Keys:
    """One key pair for the whole run: making one is cheap, but not free."""

    def __init__(self) -> None:
        private = Ed25519PrivateKey.generate()
        self.private = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()
        self.public = (
            private.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )


@dataclass
class House:
    """A gateway, what is behind it, and a browser in front of it."""

    gateway: Gateway
    remote: NotingRemote
    clock: SimulatedClock
    issuer: TokenIssuer
    client: Client

    def token(self, *roles: str, name: str = "ann") -> str:
        return self.issuer.issue(Actor(id=name, roles=frozenset(roles)))

    def bearer(self, *roles: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(*roles)}"}

    def get(self, path: str, *roles: str, **options: Any) -> TestResponse:
        return self._open("GET", path, roles, options)

    def post(self, path: str, *roles: str, **options: Any) -> TestResponse:
        return self._open("POST", path, roles, options)

    def run(self, environ: dict[str, Any]) -> Response:
        """A request exactly as the server hands it over; the client would read the body first."""
        return Response.from_app(self.gateway, environ)

    def _open(self, method: str, path: str, roles: tuple[str, ...], options: dict[str, Any]) -> TestResponse:
        headers = (self.bearer(*roles) if roles else {}) | options.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **options)


def problem_of(response: Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a response that must be this failure."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    document: dict[str, Any] = response.get_json(force=True)
    assert document["status"] == status
    assert document["code"] == code, document
    assert document["type"] == f"urn:yiwang:problem:{code}"
    return document


def unavailable(service: str) -> Problem:
    return Problem(503, "service_unavailable", f"{service} can't be asked")
