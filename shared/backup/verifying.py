"""Checks a physical backup against the list that `pg_basebackup` made: what `pg_verifybackup` does.

By ourselves, since that program ends with a signal in the PostgreSQL wheel that embedded platforms use.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from shared.backup.errors import NotWhole
from shared.backup.manifest import digest_of

LIST = "backup_manifest"
OF_A_RUN = ("postmaster.pid", "postmaster.opts", ".handle_pids.json", "log", ".s.PGSQL.5432.lock")
"""What lies in the folder of a running server and is none of its data: the copy goes without."""

_CHECKSUM = '"Manifest-Checksum"'


def verify_cluster(cluster: Path) -> None:
    """Every file is there with its size and SHA-256, and so is the log that makes them one moment.

    Raises `NotWhole`.
    """
    try:
        text = (cluster / LIST).read_text("utf-8")
        listed = json.loads(text)
    except (OSError, ValueError) as error:
        raise NotWhole(cluster, f"{LIST} can't be read: {error}") from error
    if hashlib.sha256(text[: text.index(_CHECKSUM)].encode()).hexdigest() != listed["Manifest-Checksum"]:
        raise NotWhole(cluster, f"{LIST} is not as it was written")
    for entry in listed["Files"]:
        _verify(cluster, entry)
    for span in listed["WAL-Ranges"]:
        for name in _segments(cluster, span):
            if not (cluster / "pg_wal" / name).is_file():
                raise NotWhole(cluster, f"the log {name} is missing, and the files need it to fit together")


def _verify(cluster: Path, entry: dict[str, Any]) -> None:
    name = entry.get("Path") or bytes.fromhex(entry["Encoded-Path"]).decode("utf-8", "surrogateescape")
    if name in OF_A_RUN:
        return
    file = cluster / name
    if not file.is_file():
        raise NotWhole(cluster, f"{name} is missing")
    if file.stat().st_size != entry["Size"]:
        raise NotWhole(cluster, f"{name} has {file.stat().st_size} bytes and not {entry['Size']}")
    if entry.get("Checksum-Algorithm") == "SHA256" and digest_of(file) != entry["Checksum"]:
        raise NotWhole(cluster, f"{name} is not as it was written")


def _segments(cluster: Path, span: dict[str, Any]) -> list[str]:
    """Names of the log's files that hold a span; their size is told by those that are there."""
    sizes = [file.stat().st_size for file in (cluster / "pg_wal").iterdir() if len(file.name) == 24]
    if not sizes:
        raise NotWhole(cluster, "there is no log in pg_wal")
    size = max(sizes)
    first, last = (_position(span[name]) // size for name in ("Start-LSN", "End-LSN"))
    per_file = 0x1_0000_0000 // size
    return [
        f"{span['Timeline']:08X}{number // per_file:08X}{number % per_file:08X}"
        for number in range(first, last + 1)
    ]


def _position(text: str) -> int:
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)
