"""A service, described for the runtime, the command line and the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any

from shared.eventstore.event import Event
from shared.personal.declaration import Declaration
from shared.readmodel.model import ReadModel, Subscription
from shared.service.application import Application


@dataclass(frozen=True)
class Timer:
    """Work found by due time. Runs in one replica at a time (advisory lock), every `seconds`.

    `run(app)` does a bounded batch and answers how many rows it handled; it is called again at
    once while that is not 0.
    """

    name: str
    seconds: float
    run: Callable[[Any], int]


@dataclass(frozen=True)
class ServiceSpec:
    """`publish(event)` gives the published `data` of a stored event, or None for one that stays inside.

    `categories` are the event categories the service owns (and publishes). `migrations` is the
    package of numbered SQL files. `service_class` is a dotted path, so that describing a service
    doesn't import nameko. `personal` says which fields of its events are personal, and whose; a service
    with one needs master keys. `erase(app, unit, subject, at)` makes it forget a person, as often as it
    is called.
    """

    name: str
    service_class: str
    bootstrap: Callable[..., Application] | None = None
    migrations: str | None = None
    categories: tuple[str, ...] = ()
    publish: Callable[[Event], dict[str, Any] | None] | None = None
    personal: Declaration | None = None
    erase: Callable[[Any, Any, str, datetime], object] | None = None
    read_models: tuple[ReadModel, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    timers: tuple[Timer, ...] = ()
    settings: Callable[[], Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def owns_database(self) -> bool:
        """The gateway owns no facts; everybody else does."""
        return bool(self.migrations or self.categories or self.read_models or self.subscriptions)


def followed_by_others(service: str, specs: Iterable[ServiceSpec]) -> set[str]:
    """The categories of `service` that other services follow: for these a queue must be bound."""
    followed: set[str] = set()
    for spec in specs:
        followers: list[ReadModel | Subscription] = [*spec.read_models, *spec.subscriptions]
        if spec.name != service:
            sources = [source for follower in followers for source in follower.sources]
            followed |= {source.category for source in sources if source.service == service}
    return followed


def installed_services() -> dict[str, ServiceSpec]:
    """All services registered under the entry point group `yiwang.services`, by name."""
    return {entry.name: entry.load() for entry in entry_points(group="yiwang.services")}
