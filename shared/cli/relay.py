"""`yiwang relay SERVICE`"""

from __future__ import annotations

import click

from shared.cli.services import chosen
from shared.config.environment import SettingError
from shared.config.settings import level_number, read_settings
from shared.database.silence import limit_silence
from shared.messaging.connection import check_broker, is_embedded
from shared.observability.logging import configure_logging
from shared.observability.metrics import serve_metrics
from shared.runtime.checks import check_databases
from shared.runtime.parent import end_with_parent
from shared.runtime.relaying import relay_until_stopped
from shared.service.spec import installed_services


@click.command("relay")
@click.argument("service")
def command(service: str) -> None:
    """Publish SERVICE's events to the broker until SIGTERM. Several may run: one leads, the others wait.

    A plain process without eventlet, so that a service that computes for long can't hold up its events.
    """
    end_with_parent()
    spec = chosen((service,))[service]
    settings = read_settings(installed_services())
    configure_logging(level_number(settings), settings.log_format, f"relay-{service}")
    if is_embedded(settings.amqp_url):
        raise SettingError("YIWANG_AMQP_URL", "is not set, and a relay of its own needs a real broker")
    limit_silence()
    check_databases(settings, [spec])
    check_broker(settings.amqp_url)
    serve_metrics(settings.metrics_port, settings.bind)
    late = relay_until_stopped(spec, settings, installed_services().values())
    if late:
        raise click.ClickException(f"did not stop in time: {', '.join(late)}")
