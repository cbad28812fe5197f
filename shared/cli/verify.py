"""`yiwang verify`"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.replaying import choose, open_tasks, run_all
from shared.readmodel.verify import Verified, verify


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--workers",
    type=click.IntRange(1, 16),
    default=1,
    show_default=True,
    help="Read models verified at once.",
)
@click.option("--rows", is_flag=True, help="Show the first rows that differ; they may hold personal data.")
@data_option
@json_option
def command(*, names: tuple[str, ...], workers: int, rows: bool, data: Path | None, as_json: bool) -> None:
    """Prove that read models (default: all) equal a replay of their events. Exit code 1 when one does not."""
    with open_tasks(data, choose(names, not names)) as tasks:
        found = run_all(
            tasks,
            lambda task, progress: verify(task.db, task.model, task.readers, progress),
            workers,
            as_json,
        )
    if as_json:
        show_json([_as_dict(one, rows) for one in found])
    else:
        for one in found:
            _show(one, rows)
    if not all(one.equal for one in found):
        raise click.exceptions.Exit(1)


def _as_dict(one: Verified, rows: bool) -> dict[str, object]:
    whole = asdict(one) | {"equal": one.equal}
    if not rows:
        for table in whole["tables"]:
            del table["surplus_rows"], table["missing_rows"]
    return whole


def _show(one: Verified, rows: bool) -> None:
    click.echo(f"{one.name}: {'equal' if one.equal else 'DIFFERENT'}, {one.events} events replayed")
    for table in one.tables:
        if table.equal:
            continue
        click.echo(f"  {table.table}: {table.surplus} rows too many, {table.missing} missing")
        for row in (*table.surplus_rows, *table.missing_rows) if rows else ():
            click.echo(f"    {row}")
