"""Read models and subscriptions, seen alike: somebody with a name who applies batches of events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from shared.eventstore.event import Event
from shared.problems import not_found
from shared.readmodel.model import ReadModel, Source, Subscription
from shared.service.application import Application
from shared.service.spec import ServiceSpec


@dataclass(frozen=True)
class Consumer:
    """`schema` is set for a read model. `from_start` False begins at *now* when it is new."""

    name: str
    sources: tuple[Source, ...]
    schema: str | None
    from_start: bool
    handle: Callable[[Any, Sequence[Event]], None]
    apart: float = 0.0

    def apply(self, db: Any, events: Sequence[Event], *, then_default: bool = True) -> None:
        """Run the handler with unqualified names meaning the read model's own schema.

        `then_default` False leaves them so, for who sends the way back along with a statement of its own.
        """
        if self.schema is None:
            self.handle(db, events)
            return
        db.execute(f'SET LOCAL search_path TO "{self.schema}", public')
        self.handle(db, events)
        if then_default:
            db.execute("SET LOCAL search_path TO DEFAULT")

    def categories(self, service: str) -> tuple[str, ...]:
        """What it follows of one service."""
        return tuple(source.category for source in self.sources if source.service == service)

    def services(self) -> set[str]:
        return {source.service for source in self.sources}


def as_consumer(app: Application, what: ReadModel | Subscription | Consumer) -> Consumer:
    if isinstance(what, Consumer):
        return what
    if isinstance(what, ReadModel):
        return Consumer(what.name, what.sources, what.schema, True, what.apply, what.apart)
    handle = partial(what.handle, app)
    return Consumer(what.name, what.sources, None, what.from_start, handle, what.apart)


def consumers(app: Application, spec: ServiceSpec) -> list[Consumer]:
    followers: list[ReadModel | Subscription] = [*spec.read_models, *spec.subscriptions]
    return [as_consumer(app, what) for what in followers]


def find_consumer(app: Application, spec: ServiceSpec, name: str) -> Consumer:
    """Raises `Problem` 404."""
    for consumer in consumers(app, spec):
        if consumer.name == name:
            return consumer
    raise not_found(f"subscriber {name} of {spec.name}")
