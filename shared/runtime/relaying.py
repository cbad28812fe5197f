"""A relay as a process of its own: beside the service, on the same database."""

from __future__ import annotations

from collections.abc import Iterable
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


def relay_until_stopped(spec: ServiceSpec, settings: Settings, beside: Iterable[ServiceSpec]) -> list[str]:
    """Blocks until SIGTERM or SIGINT; answers the names of what did not stop in time."""
    app = bare_application(spec, settings)
    publisher = KombuPublisher(partial(connect, settings.amqp_url))
    relay = Relay(app, spec, publisher, expected=followed_by_others(spec.name, beside))
    loops, stop = Loops(), StopSignal()
    loops.start(Loop(spec.name, "ticker", Ticker(app.store, look=LOOK_SECONDS, rest=REST_SECONDS).run))
    loops.start(Loop(spec.name, "relay", relay.run))
    stop.wait()
    late = loops.stop()
    app.db.close()
    return late
