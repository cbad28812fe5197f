"""`yiwang verify`"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.replaying import choose, open_tasks, run_all, workers_option
from shared.readmodel.verify import FIRST, Verified, verify


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@workers_option
@click.option(
    "--limit",
    type=click.IntRange(0),
    default=FIRST,
    show_default=True,
    help="So many rows that differ are shown of each table; all are counted.",
)
@data_option
@json_option
def command(*, names: tuple[str, ...], workers: int, limit: int, data: Path | None, as_json: bool) -> None:
    """Prove that read models (default: all) equal a replay of their events, or show row by row where not.

    Personal values are masked. Exit code 1 when a read model differs.
    """
    with open_tasks(data, choose(names, not names)) as tasks:
        found = run_all(
            tasks,
            lambda task, progress: verify(
                task.db, task.model, task.readers, progress, limit, workers=workers
            ),
            as_json,
        )
    if as_json:
        show_json([asdict(one) | {"equal": one.equal} for one in found])
    else:
        for one in found:
            _show(one)
    if not all(one.equal for one in found):
        raise click.exceptions.Exit(1)


def _show(one: Verified) -> None:
    click.echo(f"{one.name}: {'equal' if one.equal else 'DIFFERENT'}, {one.events} events replayed")
    for table in one.tables:
        if table.equal:
            continue
        counts = f"{table.differing} rows differ, {table.serving} serve, {table.replayed} are in the replay"
        click.echo(f"  {table.table}: {counts}")
        for row in table.rows:
            key = ", ".join(f"{name}={value}" for name, value in row.key.items())
            click.echo(f"    {row.kind}: {key}")
            for column in row.columns if row.kind == "changed" else ():
                click.echo(f"      {column.column}: serves {column.serving!r}, replayed {column.replayed!r}")
