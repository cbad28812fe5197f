"""`yiwang parked`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform


@click.group("parked")
def command() -> None:
    """Cases that a subscriber could not go on with: the failing event and the later ones of its stream.

    Mend the cause, then `retry`. `skip` goes on without the failing event and keeps who said so, and why.
    """


@command.command("list")
@data_option
@json_option
@click.option("--service", help="Only this service's.")
@click.option("--skipped", is_flag=True, help="The events that were skipped: who, when and why.")
def list_(data: Path | None, as_json: bool, service: str | None, skipped: bool) -> None:
    """Parked streams, with the reason. Exit code 1 when there are any (with --skipped: 0)."""
    with open_platform(data) as client:
        state = "skipped" if skipped else None
        items = list(client.pages("/operations/parked", service=service, state=state))
    if as_json:
        show_json(items)
    elif not items:
        click.echo("nothing was skipped" if skipped else "nothing is parked")
    for item in () if as_json else items:
        click.echo(_skipped(item) if skipped else _parked(item))
    if items and not skipped:
        raise click.exceptions.Exit(1)


def _parked(item: dict[str, Any]) -> str:
    where = f"{item['service']} {item['subscriber']} {item['stream']}"
    what = f"{item['subject']}: {item['events']} events from version {item['version']} ({item['type']})"
    return f"{where}  {what}: {item['error']}"


def _skipped(item: dict[str, Any]) -> str:
    where = f"{item['service']} {item['subscriber']} {item['stream']}"
    who = f"{item['skipped_by'] or 'unknown'} at {item['skipped_at']}"
    return f"{where}  version {item['version']} ({item['type']}) by {who}: {item['skip_reason'] or '-'}"


@command.command("show")
@click.argument("service")
@click.argument("subscriber")
@click.argument("stream")
@data_option
@json_option
def show(service: str, subscriber: str, stream: str, data: Path | None, as_json: bool) -> None:
    """The events that wait on one stream, and the error; with --json the events whole, as published."""
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
@click.argument("stream", required=False)
@data_option
def retry(service: str, subscriber: str, stream: str | None, data: Path | None) -> None:
    """Apply the waiting events in order; without STREAM those of every parked stream of the subscriber.
    Exit code 1 when one fails again."""
    path = f"/operations/parked/{service}/{subscriber}"
    _act(f"{path}/{stream}/retry" if stream else f"{path}/retry", None, data)


@command.command("skip")
@click.argument("service")
@click.argument("subscriber")
@click.argument("stream")
@click.option("--reason", required=True, help="Why; kept with the skip.")
@click.option(
    "--version", type=int, help="The event that is meant: refused when another one is first by now."
)
@data_option
def skip(
    *, service: str, subscriber: str, stream: str, reason: str, version: int | None, data: Path | None
) -> None:
    """Go on without the first waiting event; the log keeps it. Exit code 1 when a later one fails."""
    body = {"reason": reason} | ({"version": version} if version is not None else {})
    _act(f"/operations/parked/{service}/{subscriber}/{stream}/skip", body, data)


def _act(path: str, body: dict[str, Any] | None, data: Path | None) -> None:
    with open_platform(data) as client:
        answer = client.post(path, body)
    streams = (
        f"{answer['mended']} of {answer['streams']} streams flow again, " if "streams" in answer.body else ""
    )
    click.echo(f"{streams}applied {answer['applied']}, still waiting {answer['left']}")
    if answer["left"]:
        raise click.exceptions.Exit(1)
