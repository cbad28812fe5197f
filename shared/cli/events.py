"""`yiwang events CASE`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform


@click.command("events")
@click.argument("case")
@click.option(
    "--as-of", metavar="TIME", help="Only what was recorded by then: an ISO 8601 time with its offset."
)
@data_option
@json_option
def command(case: str, as_of: str | None, data: Path | None, as_json: bool) -> None:
    """The events of the case with the number CASE, in order."""
    with open_platform(data) as client:
        events = list(client.pages(f"/cases/{case}/events", as_of=as_of))
    if as_json:
        show_json(events)
        return
    for event in events:
        when = event.get("occurred_at") or event.get("time")
        number = event.get("version") or event.get("streamversion")
        click.echo(f"{number:>4}  {when}  {event['type']}")
