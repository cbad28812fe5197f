"""`yiwang erasures`"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import click

from shared.cli.options import data_option, json_option, show_json
from shared.cli.platform import open_services
from shared.personal import erasures
from shared.runtime.assemble import bare_application


@click.command("erasures")
@click.option(
    "--apply",
    "given",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Erase again, in every service, who is on this list or in another service's and lacks in its own.",
)
@data_option
@json_option
def command(given: Path | None, data: Path | None, as_json: bool) -> None:
    """The list of who was erased, a line of JSON each: keep it with the keys' backup, apart from the events'.

    After a restore run it with --apply before the services start. Done twice it does nothing.
    """
    with ExitStack() as stack:
        settings, specs = stack.enter_context(open_services(data))
        apps = {name: bare_application(spec, settings) for name, spec in specs.items() if spec.erase}
        for app in apps.values():
            stack.callback(app.db.close)
        whole: erasures.Erasures = {}
        for app in apps.values():
            whole = erasures.newest(whole, erasures.erased_in(app.db))
        if given is None:
            for subject, at in whole.items():
                click.echo(erasures.line(subject, at))
            return
        whole = erasures.newest(whole, erasures.read_list(given))
        again = {name: erasures.apply_list(app, specs[name], whole) for name, app in apps.items()}
    if as_json:
        show_json(again)
    else:
        for name, subjects in again.items():
            click.echo(f"{name}: {len(subjects)} erased again")
