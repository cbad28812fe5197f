"""`yiwang migrate`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.options import data_option
from shared.cli.platform import open_services
from shared.runtime.assemble import due_rebuilds, migrate_service


@click.command("migrate")
@click.argument("services", nargs=-1)
@data_option
def command(services: tuple[str, ...], data: Path | None) -> None:
    """Bring the databases of SERVICES (default: all) up to date. Run once, as a job, before a new version
    is started; a second one waits for the first."""
    with open_services(data, services) as (settings, specs):
        for name, spec in specs.items():
            applied = migrate_service(settings, spec)
            click.echo(f"{name}: {', '.join(applied) if applied else 'up to date'}")
            due = due_rebuilds(settings, spec)
            if due:
                click.echo(f"{name}: tables changed, a rebuild is due: yiwang rebuild {' '.join(due)}")
