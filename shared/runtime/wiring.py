"""Which background loops a service needs beside its entrypoints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from shared.config.settings import Settings
from shared.eventstore.ticker import Ticker
from shared.messaging.connection import connect
from shared.messaging.following import Following
from shared.messaging.publisher import KombuPublisher
from shared.messaging.relay import Relay
from shared.readmodel.projector import ProjectorLoop
from shared.runtime.loops import Loop
from shared.service.application import Application
from shared.service.spec import ServiceSpec, followed_by_others
from shared.service.timers import timer_loops


def service_loops(
    spec: ServiceSpec, app: Application, projector: ProjectorLoop | None, followed: Sequence[Following]
) -> list[Loop]:
    """Ticks, read models, subscriptions, timers. Every replica runs them; locks sort it out."""
    if not spec.owns_database or projector is None:
        return []
    following = [Loop(spec.name, f"follow-{one.name}-{one.source}", one.run) for one in followed]
    timers = [Loop(spec.name, f"timer-{loop.timer.name}", loop.run) for loop in timer_loops(app, spec)]
    return [
        Loop(spec.name, "ticker", Ticker(app.store).run),
        Loop(spec.name, "projector", projector.run),
        *following,
        *timers,
    ]


def relay_loops(
    spec: ServiceSpec, app: Application, settings: Settings, beside: Iterable[ServiceSpec]
) -> list[Loop]:
    """The relay, where it runs in the service's own process: in the embedded shape alone.

    `beside` are the specs of the platform's services.
    """
    if not spec.categories:
        return []
    publisher = KombuPublisher(partial(connect, settings.amqp_url))
    relay = Relay(app, spec, publisher, expected=followed_by_others(spec.name, beside))
    return [Loop(spec.name, "relay", relay.run)]
