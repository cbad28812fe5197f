"""A relay as a process of its own: beside the service, on the same database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

from shared.config.settings import Settings
from shared.eventstore.ticker import Ticker
from shared.messaging.connection import connect
from shared.messaging.publisher import KombuPublisher
from shared.messaging.relay import Relay
from shared.runtime.assemble import bare_application
from shared.runtime.loops import Loop, Loops
from shared.runtime.signals import StopSignal
from shared.service.spec import ServiceSpec, followed_by_others

LOOK_SECONDS, REST_SECONDS = 0.02, 0.1
"""Between looks for new events while some come, and when none came lately. The appends happen in another
process, so nothing wakes the ticker."""

UNFOLLOWED_SECONDS = 0.5
"""Between looks at a service that no installed service follows: its events are published all the same, for
whoever binds a queue, and in larger pages."""


def seconds_between_looks(expected: Collection[str]) -> tuple[float, float]:
    """While events come, and at rest. `expected` are the categories that other services follow."""
    return (LOOK_SECONDS, REST_SECONDS) if expected else (UNFOLLOWED_SECONDS, UNFOLLOWED_SECONDS)


def relay_until_stopped(spec: ServiceSpec, settings: Settings, beside: Iterable[ServiceSpec]) -> list[str]:
    """Blocks until SIGTERM or SIGINT; answers the names of what did not stop in time."""
    app = bare_application(spec, settings)
    expected = followed_by_others(spec.name, beside)
    publisher = KombuPublisher(partial(connect, settings.amqp_url))
    relay = Relay(app, spec, publisher, expected=expected)
    look, rest = seconds_between_looks(expected)
    loops, stop = Loops(), StopSignal()
    loops.start(Loop(spec.name, "ticker", Ticker(app.store, look=look, rest=rest).run))
    loops.start(Loop(spec.name, "relay", relay.run))
    stop.wait()
    late = loops.stop()
    app.db.close()
    return late
