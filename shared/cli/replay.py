"""`yiwang replay`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform


@click.command("replay")
@click.option("--subscription", required=True, help="Its name, or its id.")
@click.option(
    "--from", "start", metavar="CURSOR|TIME", help="A cursor of `GET /events`, or an ISO 8601 time."
)
@click.option("--case", metavar="NO", help="This case only; without --from all of it.")
@click.option("--dry-run", is_flag=True, help="Only count what would be sent, by type.")
@click.option("--release", is_flag=True, help="Carry out what another operator proposed.")
@data_option
@json_option
def command(
    *,
    subscription: str,
    start: str | None,
    case: str | None,
    dry_run: bool,
    release: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Send history again to one department's queue, webhook or pull; live events wait behind it.

    No message to a person and nothing else is repeated. On a platform that is no demonstration a second
    operator has to release it: the first run proposes it, theirs is `--release`. A read model is not
    replayed but built anew: `yiwang rebuild`. Exit code 5 when it is refused, with the reason.
    """
    if release == bool(start or case):
        raise click.UsageError("say --from, --case or both; or --release alone")
    said = {"from": start, "case": case, "dry_run": dry_run or None, "release": release or None}
    body = {"subscription": subscription} | {name: value for name, value in said.items() if value}
    with open_platform(data) as client:
        answer = client.post("/operations/replays", body).body
    if as_json:
        show_json(answer)
        return
    _show(subscription, answer)


def _show(subscription: str, answer: dict[str, Any]) -> None:
    says = {
        "planned": "would be sent again",
        "proposed": "proposed: another operator has to release it",
        "started": "sent again, live events wait behind",
    }
    of = f" of case {answer['case']}" if answer["case"] else ""
    click.echo(
        f"{subscription}: {answer['events']} events{of} from {answer['cursor']} {says[answer['state']]}"
    )
    for type, events in answer["types"].items():
        click.echo(f"{events:>8}  {type}")
