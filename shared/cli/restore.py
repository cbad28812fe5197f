"""`yiwang restore`"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import click

from shared.backup.cluster import CLUSTER, restore_cluster
from shared.backup.errors import BackupError
from shared.backup.folders import FILES, KEYS, bring_back
from shared.backup.history import Restored
from shared.backup.manifest import NAME
from shared.backup.place import database_beside, folder_beside
from shared.backup.restoring import check, restore
from shared.backup.taking import ERASED
from shared.cli.backup import PLATFORM, keys_of
from shared.cli.counting import counting
from shared.cli.options import data_option
from shared.config.environment import SettingError
from shared.config.settings import dsn_variable, read_settings
from shared.database.migrate import UnknownMigration
from shared.database.pool import Database
from shared.personal.erasures import apply_list
from shared.runtime.assemble import bare_application
from shared.runtime.environment import own_environment
from shared.runtime.folder import DataFolder, write_private
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec, installed_services


@click.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The newest backup of keys; default: DIR-keys.",
)
@click.option("--service", multiple=True, help="Only this service; may be given several times.")
@data_option
def command(*, folder: Path, keys: Path | None, service: tuple[str, ...], data: Path | None) -> None:
    """Restore the backup in DIR into an empty place: a new data folder (--data), or the empty or missing
    databases that the YIWANG_*_DSN variables name. Exit code 1 when it failed; then nothing was switched.

    Services must not run on the place meanwhile. Read models are filled again when they start.
    """
    keys = keys or keys_of(folder)
    try:
        if (folder / CLUSTER).is_dir():
            if service or data is None:
                raise click.UsageError("a physical backup is restored as a whole, into a new data folder")
            _cluster(folder, keys, data)
        elif data is not None:
            _embedded(folder, keys, data, _specs(folder, service))
        else:
            _stack(folder, keys, _specs(folder, service))
    except (BackupError, UnknownMigration) as error:
        raise click.ClickException(str(error)) from error
    click.echo("restored; a new epoch begins: subscribers find their places again by what they applied last")


def _specs(folder: Path, names: tuple[str, ...]) -> dict[str, ServiceSpec]:
    """Those asked for, or those that the backup has. Raises `BackupError` for one that it has not."""
    known = {name: spec for name, spec in installed_services().items() if spec.owns_database}
    found = names or tuple(name for name in known if (folder / name).is_dir())
    for name in found:
        if name not in known or not (folder / name / NAME).is_file():
            raise BackupError(f"{folder} has no whole backup of {name}")
    if not found:
        raise BackupError(f"{folder} is no backup")
    return {name: known[name] for name in found}


def _stack(folder: Path, keys: Path, specs: dict[str, ServiceSpec]) -> None:
    """Service by service: each is switched when it is complete."""
    dsns = {name: os.environ.get(dsn_variable(name), "") for name in specs}
    for name, dsn in dsns.items():
        if not dsn:
            raise SettingError(dsn_variable(name), "is not set, and no --data is given")
    for name, spec in specs.items():
        check(spec, folder / name, keys / name)
    for name, spec in specs.items():
        with database_beside(dsns[name]) as beside:
            _one(beside, spec, folder / name, keys / name, os.environ)


def _embedded(folder: Path, keys: Path, data: Path, specs: dict[str, ServiceSpec]) -> None:
    for name, spec in specs.items():
        check(spec, folder / name, keys / name)
    with folder_beside(DataFolder(data).path) as beside:
        _beside(folder, keys, beside)
        postgres = OwnPostgres(beside / "pg")
        postgres.start()
        try:
            found = own_environment(DataFolder(beside), postgres, specs.values(), os.environ)
            for name, spec in specs.items():
                _one(postgres.database(name), spec, folder / name, keys / name, found)
        finally:
            postgres.stop()


def _cluster(folder: Path, keys: Path, data: Path) -> None:
    with folder_beside(DataFolder(data).path) as beside:
        restore_cluster(folder, beside / "pg")
        _beside(folder, keys, beside)


def _beside(folder: Path, keys: Path, target: Path) -> None:
    bring_back(keys / PLATFORM, target / "keys", KEYS)
    bring_back(folder / PLATFORM, target / "files", FILES)
    if (keys / ERASED).is_file():
        write_private(DataFolder(target).erasures, (keys / ERASED).read_text("utf-8"))


def _one(dsn: str, spec: ServiceSpec, folder: Path, keys: Path, variables: Mapping[str, str]) -> None:
    total = json.loads((folder / NAME).read_text("utf-8"))["counts"]["events"]
    with (
        closing(Database(dsn, size=2, name="yiwang-restore")) as db,
        counting(spec.name, total) as came,
    ):
        restored = restore(db, spec, folder, keys, came)
    again = _erase_again(dsn, spec, restored, variables)
    click.echo(f"{spec.name}: {restored.events} events, {again} persons erased again")


def _erase_again(dsn: str, spec: ServiceSpec, restored: Restored, variables: Mapping[str, str]) -> int:
    """What stood beside the events of who was erased since the backup. Needs the master keys, if any was."""
    if not restored.erased_since or spec.erase is None:
        return 0
    settings = read_settings([spec.name], dict(variables) | {dsn_variable(spec.name): dsn})
    app = bare_application(spec, settings)
    try:
        return len(apply_list(app, spec, restored.erased_since))
    finally:
        app.db.close()
