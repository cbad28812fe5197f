"""`yiwang rotate-keys`"""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import Progress

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_services
from shared.personal.rotation import rotate, to_rotate
from shared.runtime.assemble import make_vault, open_database


@click.command("rotate-keys")
@data_option
@json_option
def command(data: Path | None, as_json: bool) -> None:
    """Wrap every subject's key under the newest master key, the last line of YIWANG_MASTER_KEYS.

    First start every process with the new line added below the old one; then run this; then the old line
    may go. No event is touched, nobody has to stop, and begun again it goes on where it stopped.
    """
    done: dict[str, int] = {}
    with open_services(data) as (settings, specs), Progress(disable=as_json) as bars:
        for name, spec in specs.items():
            vault = make_vault(settings, spec)
            if vault is None:
                continue
            db = open_database(settings, spec, size=1)
            try:
                bar = bars.add_task(name, total=to_rotate(db, vault.masters))
                done[name] = rotate(db, vault.masters, lambda keys, bar=bar: bars.advance(bar, keys))  # type: ignore[misc]
            finally:
                db.close()
    if as_json:
        show_json(done)
    else:
        for name, keys in done.items():
            click.echo(f"{name}: {keys} keys wrapped anew")
