"""`yiwang tail`"""

from __future__ import annotations

from pathlib import Path
from time import monotonic, sleep
from typing import Any

import click

from shared.cli.options import data_option, json_option, show_json_line
from shared.cli.platform import open_platform
from shared.client.api import ApiClient
from shared.service.spec import installed_services


@click.command("tail")
@data_option
@json_option
@click.option("--service", help="Only this service's events.")
@click.option("--category", help="Only this category's.")
@click.option("--from-start", is_flag=True, help="Everything from the first event on, not only what is new.")
@click.option("--seconds", type=float, help="Stop after so long; otherwise at Ctrl-C.")
@click.option(
    "--interval", type=click.FloatRange(0.1), default=0.5, show_default=True, help="Seconds between looks."
)
def command(
    *, data: Path | None, as_json: bool, service: str | None, category: str | None,
    from_start: bool, seconds: float | None, interval: float,
) -> None:  # fmt: skip
    """Follow the live feed of published events, which carry no personal data."""
    with open_platform(data) as client:
        places = _begin(client, service, category, from_start)
        end = None if seconds is None else monotonic() + seconds
        while True:
            news = False
            for (name, kind), after in places.items():
                page = client.get("/operations/feed", service=name, category=kind, after=after, limit=500)
                places[name, kind] = page["cursor"]
                for event in page["events"]:
                    news = True
                    _show(event, as_json)
            if end is not None and monotonic() >= end:
                return
            if not news:
                sleep(interval)


def _begin(
    client: ApiClient, service: str | None, category: str | None, from_start: bool
) -> dict[tuple[str, str], str]:
    """Where to begin in each feed that is wanted."""
    status = client.get("/operations/status")["services"]
    places = {}
    for name, spec in installed_services().items():
        for kind in spec.categories:
            if service in (None, name) and category in (None, kind) and "head" in status.get(name, {}):
                places[name, kind] = "" if from_start else status[name]["head"]
    if not places:
        raise click.UsageError("no running service has such a category")
    return places


def _show(event: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json_line(event)
    else:
        click.echo(f"{event['recordedtime']}  {event['type']:<32} {event['subject']}")
