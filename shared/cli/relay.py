"""`yiwang relay SERVICE`"""

from __future__ import annotations

from functools import partial

import click

from shared.cli.services import chosen
from shared.config.environment import SettingError
from shared.config.settings import level_number, read_settings
from shared.database.silence import limit_silence
from shared.eventstore.ticker import Ticker
from shared.messaging.connection import check_broker, connect, is_embedded
from shared.messaging.publisher import KombuPublisher
from shared.messaging.relay import Relay
from shared.observability.logging import configure_logging
from shared.observability.metrics import serve_metrics
from shared.runtime.assemble import bare_application
from shared.runtime.checks import check_databases
from shared.runtime.loops import Loop, Loops
from shared.runtime.signals import StopSignal
from shared.service.spec import followed_by_others, installed_services

LOOK_SECONDS = 0.02
"""Between looks for new events. The appends happen in another process, so nothing wakes the ticker."""


@click.command("relay")
@click.argument("service")
def command(service: str) -> None:
    """Publish SERVICE's events to the broker until SIGTERM. Several may run: one leads, the others wait.

    A plain process without eventlet, so that a service that computes for long can't hold up its events.
    """
    spec = chosen((service,))[service]
    settings = read_settings(installed_services())
    limit_silence()
    configure_logging(level_number(settings), settings.log_format, f"relay-{service}")
    if is_embedded(settings.amqp_url):
        raise SettingError("YIWANG_AMQP_URL", "is not set, and a relay of its own needs a real broker")
    check_databases(settings, [spec])
    check_broker(settings.amqp_url)
    serve_metrics(settings.metrics_port, settings.bind)
    app = bare_application(spec, settings)
    publisher = KombuPublisher(partial(connect, settings.amqp_url))
    relay = Relay(app, spec, publisher, expected=followed_by_others(service, installed_services().values()))
    loops = Loops()
    stop = StopSignal()
    loops.start(Loop(service, "ticker", Ticker(app.store, look=LOOK_SECONDS).run))
    loops.start(Loop(service, "relay", relay.run))
    stop.wait()
    late = loops.stop()
    app.db.close()
    if late:
        raise click.ClickException(f"did not stop in time: {', '.join(late)}")
