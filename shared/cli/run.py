"""`yiwang run SERVICE…`"""

from __future__ import annotations

import click

from shared.cli.services import chosen
from shared.config.settings import level_number, read_settings
from shared.observability.logging import configure_logging
from shared.observability.metrics import serve_metrics
from shared.runtime.checks import check_everything, check_port
from shared.runtime.host import Host
from shared.runtime.parent import end_with_parent
from shared.runtime.signals import StopSignal
from shared.service.spec import installed_services


@click.command("run")
@click.argument("services", nargs=-1, required=True)
def command(services: tuple[str, ...]) -> None:
    """Run SERVICES of a stack in this process, configured by the YIWANG_* variables.

    Their databases must be migrated (`yiwang migrate`). Ends at SIGTERM after finishing the work at hand;
    exit code 1 when a service died. The relays run beside: `yiwang relay SERVICE`.
    """
    end_with_parent()
    specs = chosen(services)
    settings = read_settings(installed_services())
    configure_logging(level_number(settings), settings.log_format, "+".join(services))
    if any(not spec.owns_database for spec in specs.values()):
        check_port(settings.bind, settings.port)
    check_everything(settings, specs.values())
    serve_metrics(settings.metrics_port, settings.bind)
    stop = StopSignal()
    host = Host(settings, specs.values())
    try:
        host.start()
        stop.wait(or_until=host.failed)
        failed = host.failed()
    finally:
        host.stop()
    if failed:
        raise click.ClickException(f"these services died: {', '.join(failed)}")
