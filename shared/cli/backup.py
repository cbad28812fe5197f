"""`yiwang backup`"""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

import click

from shared.backup.cluster import back_up_cluster
from shared.backup.errors import BackupError
from shared.backup.folders import FILES, KEYS, copy_folder
from shared.backup.taking import ERASED, back_up
from shared.cli.options import data_option
from shared.cli.platform import DEFAULT_DATA, open_services
from shared.config.settings import Settings
from shared.database.pool import Database
from shared.runtime.assemble import make_store
from shared.runtime.folder import DataFolder
from shared.service.spec import ServiceSpec

PLATFORM = "platform"
"""Name of the folder, in both places, for what belongs to an embedded platform and to no service."""


def keys_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}-keys")


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where keys go, apart from what they open; default: DIR-keys. Keep the newest only.",
)
@click.option("--service", multiple=True, help="Only this service; may be given several times.")
@click.option(
    "--physical/--logical",
    default=False,
    help="The whole PostgreSQL server as it lies on the disk, or (default) events and tables, to be"
    " restored on any server.",
)
@data_option
def command(
    *, folder: Path, keys: Path | None, service: tuple[str, ...], physical: bool, data: Path | None
) -> None:
    """Back up to DIR, which must be empty, while the services go on. Exit code 1 when it failed.

    A physical backup holds everything on the server, subject keys too; those are wrapped with the master
    keys, which are not in it.
    """
    keys = keys or keys_of(folder)
    try:
        with open_services(data, service) as (settings, specs):
            if physical:
                if service:
                    raise click.UsageError("--physical takes the whole server: leave out --service")
                manifest = back_up_cluster(settings.dsn(next(iter(specs))), folder)
                click.echo(f"the whole server, taken at {manifest.taken_at}, verified")
            else:
                _logical(settings, specs, folder, keys)
            _beside(data, folder, keys)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"in {folder}; keys in {keys}: keep them apart")


def _logical(settings: Settings, specs: dict[str, ServiceSpec], folder: Path, keys: Path) -> None:
    with ExitStack() as stack:
        stores = {}
        for name in specs:
            db = Database(settings.dsn(name), size=2, name="yiwang-backup")
            stack.callback(db.close)
            stores[name] = (db, make_store(settings, db, name))
        back_up(
            stores, folder, keys, settings.clock, lambda name, events: click.echo(f"{name}: {events} events")
        )


def _beside(data: Path | None, folder: Path, keys: Path) -> None:
    """Of an embedded platform: its keys, which open and sign everything, and its files."""
    of = DataFolder(data or DEFAULT_DATA)
    if not of.postgres.exists():
        return
    copy_folder(of.private_key.parent, keys / PLATFORM, KEYS)
    copy_folder(of.path / "files", folder / PLATFORM, FILES)
    if of.erasures.exists():
        shutil.copyfile(of.erasures, keys / ERASED)
