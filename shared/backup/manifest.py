"""What a backup consists of: written last, so that an interrupted one has none."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from shared.backup.errors import BackupError, NotWhole

FORMAT = "yiwang.backup.1"
NAME = "manifest.json"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """Of one service's folder. `kind` is `events`, `keys` or `cluster`; `files` has the SHA-256 of each.

    `migrations` are those the data was in; `tables` its columns, in the order they are loaded.
    """

    kind: str
    service: str
    taken_at: str
    migrations: list[str] = field(default_factory=list)
    tables: dict[str, list[str]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    format: str = FORMAT

    def write(self, folder: Path) -> None:
        """With the digests of everything in the folder."""
        found = {
            file.relative_to(folder).as_posix(): digest_of(file)
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name != NAME
        }
        content = asdict(self) | {"files": found}
        aside = folder / f".{NAME}"
        aside.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
        aside.replace(folder / NAME)


def read_manifest(folder: Path, kind: str) -> Manifest:
    """Checked: every file is there and as it was written. Raises `BackupError`, `NotWhole`."""
    try:
        content = json.loads((folder / NAME).read_text("utf-8"))
    except FileNotFoundError:
        raise NotWhole(folder, f"it has no {NAME}, which is written last") from None
    except ValueError as error:
        raise NotWhole(folder, f"{NAME} can't be read: {error}") from error
    if content.get("format") != FORMAT:
        raise BackupError(f"{folder} is a backup of the form {content.get('format')!r}, not {FORMAT}")
    found = Manifest(**content)
    if found.kind != kind:
        raise BackupError(f"{folder} holds {found.kind}, and {kind} are wanted")
    for name, digest in found.files.items():
        if not (folder / name).is_file():
            raise NotWhole(folder, f"{name} is missing")
        if digest_of(folder / name) != digest:
            raise NotWhole(folder, f"{name} is not as it was written")
    return found


def digest_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
