"""`yiwang parked`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform


@click.group("parked")
def command() -> None:
    """Cases that a subscriber could not go on with: the failing event and the later ones of its stream.

    Mend the cause, then `retry`. `skip` goes on without the failing event.
    """


@command.command("list")
@data_option
@json_option
@click.option("--service", help="Only this service's.")
def list_(data: Path | None, as_json: bool, service: str | None) -> None:
    """Parked streams, with the reason. Exit code 1 when there are any."""
    with open_platform(data) as client:
        items = list(client.pages("/operations/parked", service=service))
    if as_json:
        show_json(items)
    elif not items:
        click.echo("nothing is parked")
    for item in () if as_json else items:
        where = f"{item['service']} {item['subscriber']} {item['stream']}"
        click.echo(f"{where}  {item['events']} events from version {item['version']}: {item['error']}")
    if items:
        raise click.exceptions.Exit(1)


@command.command("show")
@click.argument("service")
@click.argument("subscriber")
@click.argument("stream")
@data_option
@json_option
def show(service: str, subscriber: str, stream: str, data: Path | None, as_json: bool) -> None:
    """The events that wait on one stream."""
    with open_platform(data) as client:
        rows = client.get(f"/operations/parked/{service}/{subscriber}/{stream}")["items"]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        click.echo(f"{row['version']:>5}  {row['type']:<32} tried {row['tries']} times  {row['error'] or ''}")


@command.command("retry")
@click.argument("service")
@click.argument("subscriber")
@click.argument("stream")
@data_option
def retry(service: str, subscriber: str, stream: str, data: Path | None) -> None:
    """Apply the waiting events in order. Exit code 1 when one fails again."""
    _act("retry", service, subscriber, stream, data)


@command.command("skip")
@click.argument("service")
@click.argument("subscriber")
@click.argument("stream")
@data_option
def skip(service: str, subscriber: str, stream: str, data: Path | None) -> None:
    """Go on without the first waiting event; the log keeps it. Exit code 1 when a later one fails."""
    _act("skip", service, subscriber, stream, data)


def _act(what: str, service: str, subscriber: str, stream: str, data: Path | None) -> None:
    with open_platform(data) as client:
        answer = client.post(f"/operations/parked/{service}/{subscriber}/{stream}/{what}")
    click.echo(f"applied {answer['applied']}, still waiting {answer['left']}")
    if answer["left"]:
        raise click.exceptions.Exit(1)
