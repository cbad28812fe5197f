"""`yiwang rebuild`"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.replaying import choose, open_tasks, run_all, workers_option
from shared.readmodel.rebuild import Rebuilt, rebuild


@click.command("rebuild")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "everything", is_flag=True, help="Every read model.")
@workers_option
@click.option(
    "--afresh", is_flag=True, help="Begin from the first event, also where a rebuild was interrupted."
)
@data_option
@json_option
def command(
    *,
    names: tuple[str, ...],
    everything: bool,
    workers: int,
    afresh: bool,
    data: Path | None,
    as_json: bool,
) -> None:
    """Build read models anew from the feed, beside the serving ones, and then change places.

    Readers notice nothing. What served until then stays until the next rebuild. One that was interrupted
    goes on where it stopped. Exit code 1 when a history can't be applied; then what serves is untouched.
    """
    if bool(names) == everything:
        raise click.UsageError("name read models, or say --all")
    with open_tasks(data, choose(names, everything)) as tasks:
        found = run_all(
            tasks,
            lambda task, progress: rebuild(
                task.db, task.model, task.readers, progress, workers=workers, afresh=afresh
            ),
            as_json,
        )
    if as_json:
        show_json([asdict(one) for one in found])
    else:
        for one in found:
            _show(one)


def _show(one: Rebuilt) -> None:
    resumed = ", going on with an interrupted rebuild" if one.resumed else ""
    click.echo(f"{one.name}: {one.events} events in {one.seconds:.1f} s{resumed}")
    for table, (before, after) in one.rows.items():
        same = "not the same" if table in one.changed else "the same"
        click.echo(f"  {table}: {before} rows before, {after} now, {same}")
