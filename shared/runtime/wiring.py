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
from shared.runtime.rebuilding import Rebuilding
from shared.seals.taking import Sealing, seal_due
from shared.service.application import Application
from shared.service.spec import ServiceSpec, Timer, followed_by_others
from shared.service.timers import TimerLoop, timer_loops

SEAL_SECONDS = 20.0
"""Between looks whether a day is due to be sealed: one short query."""


def service_loops(
    spec: ServiceSpec,
    app: Application,
    projector: ProjectorLoop | None,
    followed: Sequence[Following],
    sealing: Sealing | None,
) -> list[Loop]:
    """Ticks, read models, subscriptions, timers, seals. Every replica runs them; locks sort it out."""
    if not spec.owns_database or projector is None:
        return []
    following = [Loop(spec.name, f"follow-{one.name}-{one.source}", one.run) for one in followed]
    every = timer_loops(app, spec)
    if spec.categories and sealing is not None:
        every.append(TimerLoop(app, Timer("seals", SEAL_SECONDS, partial(seal_due, sealing=sealing))))
    timers = [Loop(spec.name, f"timer-{loop.timer.name}", loop.run) for loop in every]
    return [
        Loop(spec.name, "ticker", Ticker(app.store).run),
        Loop(spec.name, "projector", projector.run),
        *following,
        *timers,
        *([Loop(spec.name, "rebuilding", Rebuilding(app, spec).run)] if spec.read_models else []),
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
