"""What every service is made of at run time; built once by its `bootstrap`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.clock import Clock
from shared.database.pool import Database
from shared.eventstore.store import EventStore
from shared.security.actor import Actor
from shared.service.call import Answer


class Remote(Protocol):
    """Questions to other services, over RPC with a deadline.

    Raises `Problem`: the other service's own, or 503 `service_unavailable` when no answer came in
    time (then a command may or may not have happened: ask again with the same key).
    """

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
        """`actor` None means the calling service itself. A person is forwarded by `token` in their Actor."""
        ...


@dataclass
class Application:
    """`settings` is the service's frozen dataclass. Services subclass to add their own parts."""

    name: str
    clock: Clock
    db: Database
    store: EventStore
    remote: Remote
    settings: Any = None
    parts: dict[str, Any] = field(default_factory=dict)


Bootstrap = Callable[..., Application]
