"""`yiwang docs`"""

from __future__ import annotations

from pathlib import Path

import click

from shared.registry import export


@click.group("docs")
def command() -> None:
    """Documents that are made from the code."""


@command.command("events")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=export.FOLDER,
    show_default=True,
    help="The folder they stand in.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing: exit code 1 when something is not as the code has it."
)
@click.option("--release", is_flag=True, help="What the code says becomes what must not be broken.")
def events(out: Path, check: bool, release: bool) -> None:
    """The published events: AsyncAPI 3, a JSON Schema per type, and what was released of them.

    A change that breaks readers is refused with exit code 1 and the type and field it is about: a type or
    field that is gone, another JSON type, newly required, fewer values. Make a new type instead.
    """
    broken = export.broken(out) if (out / export.RELEASED).exists() else []
    for each in broken:
        click.echo(f"breaks readers: {each}", err=True)
    if check:
        told = export.differences(out)
        for line in told:
            click.echo(f"{line} (run `yiwang docs events`)", err=True)
        if told or broken:
            raise click.exceptions.Exit(1)
        for name in export.unguarded(out):
            click.echo(f"not released yet, so nothing guards it: {name}", err=True)
        click.echo("docs and events agree, and nothing that was released is broken")
        return
    if broken:
        raise click.exceptions.Exit(1)
    export.write(out)
    if release:
        export.release(out)
    click.echo(f"{len(export.schemas())} event types in {out}{', released' if release else ''}")
