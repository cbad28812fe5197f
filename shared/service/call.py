"""One request to one operation of a service, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from shared.eventstore.event import Metadata
from shared.security.actor import ANONYMOUS, Actor


@dataclass(frozen=True, slots=True)
class Call:
    """What an operation gets: the actor, the validated body, and the request's marks.

    `params` are path and query parameters as strings, already validated by the operation's query
    schema where it has one. `fingerprint` identifies the body, so that a reused key is noticed.
    """

    actor: Actor = ANONYMOUS
    body: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    fingerprint: str = ""
    if_match: int | None = None
    after_token: str | None = None
    correlation_id: str | None = None
    language: str = "zh-CN"

    def metadata(self, causation_id: str | None = None) -> Metadata:
        return Metadata(
            actor=self.actor.id,
            role=",".join(sorted(self.actor.roles)),
            command_id=self.key,
            correlation_id=self.correlation_id or self.key,
            causation_id=causation_id,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """`version` and `token` are set by commands: the stream's version, and what a read may wait for.

    `personal`: the value says something of a person, so it is kept sealed for a caller who repeats the key.
    """

    value: Any
    status: int = 200
    version: int | None = None
    token: str | None = None
    personal: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "status": self.status,
            "version": self.version,
            "token": self.token,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Answer:
        return cls(data["value"], data.get("status", 200), data.get("version"), data.get("token"))
