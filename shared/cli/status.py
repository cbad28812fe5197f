"""`yiwang status`"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform

MIB = 1024 * 1024


@click.command("status")
@data_option
@json_option
def command(data: Path | None, as_json: bool) -> None:
    """Positions, lag, parked cases, disk, clock. Exit code 1 when a service does not answer, a subscriber
    has stopped or cases are parked."""
    with open_platform(data) as client:
        found = client.get("/operations/status").body
    if as_json:
        show_json(found)
    else:
        _show(found)
    if any("problem" in one or one.get("parked") or one.get("stopped") for one in found["services"].values()):
        raise click.exceptions.Exit(1)


def _show(found: dict[str, Any]) -> None:
    simulated = " (simulated)" if found.get("simulated") else ""
    click.echo(f"clock: {found['now']}{simulated}")
    table = Table("service", "subscriber", "follows", "behind", "parked", "position", "disk")
    for name, status in found["services"].items():
        if "problem" in status:
            table.add_row(name, f"does not answer: {status['problem']['detail']}")
            continue
        parked = {one["subscriber"]: one["streams"] for one in status.get("parked", ())}
        disk = f"{status.get('database_bytes', 0) / MIB:.0f} MiB"
        table.add_row(name, "", "", "", str(sum(parked.values())), str(status.get("position", "")), disk)
        for one in status.get("checkpoints", ()):
            follows = f"{one['source']}.{one['category']}"
            behind = "never read" if one["behind_seconds"] is None else f"{one['behind_seconds']:.1f} s"
            table.add_row("", one["subscriber"], follows, behind, str(parked.get(one["subscriber"], 0)))
    Console().print(table)
    for name, status in found["services"].items():
        for subscriber, reason in (status.get("stopped") or {}).items():
            click.echo(f"stopped: {name} {subscriber}: {reason}")
