"""`yiwang seal`"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_platform
from shared.service.spec import installed_services


@click.command("seal")
@click.argument("services", nargs=-1)
@click.option(
    "--export",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write all seals to, a small file each: for people outside, who keep them.",
)
@data_option
@json_option
def command(services: tuple[str, ...], export: Path | None, data: Path | None, as_json: bool) -> None:
    """Seal what SERVICES (default: all that own events) hold now. Each day is sealed anyway.

    With `--export` nothing is sealed: the seals there are are written out.
    """
    names = services or tuple(name for name, spec in installed_services().items() if spec.categories)
    with open_platform(data) as client:
        if export is not None:
            found = [seal for name in names for seal in client.pages("/operations/seals", service=name)]
            write_seals(export, found)
        else:
            answers = [client.post(f"/operations/seals?service={name}")["seal"] for name in names]
            found = [seal for seal in answers if seal]
    if as_json:
        show_json(found)
        return
    for seal in found:
        said = f"{seal['service']} {seal['number']}: {seal['count']} events until {seal['until']}"
        click.echo(f"{said}, root {seal['root'][:16]}…")
    if export is not None:
        click.echo(f"{len(found)} seals in {export}")
    elif not found:
        click.echo("everything is sealed already")


def write_seals(folder: Path, seals: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for seal in seals:
        file = folder / f"{seal['service']}-{seal['number']:06}.json"
        file.write_text(json.dumps(seal, ensure_ascii=False, indent=1) + "\n", "utf-8")
