"""What an embedded platform has beside its databases: keys, and uploaded files."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from shared.backup.manifest import NAME, Manifest, read_manifest

KEYS, FILES = "keys", "files"


def copy_folder(source: Path, target: Path, kind: str) -> None:
    """With a manifest; nothing if there is no such folder. Files that vanish meanwhile were never whole."""
    if not source.is_dir():
        return
    shutil.copytree(source, target)
    target.chmod(0o700)
    Manifest(kind, "*", datetime.now(UTC).isoformat(timespec="seconds")).write(target)


def bring_back(source: Path, target: Path, kind: str) -> None:
    """Checked before it is copied; nothing if the backup has none. Raises `BackupError`."""
    if not source.is_dir():
        return
    read_manifest(source, kind)
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(NAME))
    if kind == KEYS:
        target.chmod(0o700)
