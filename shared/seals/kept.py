"""Seals that somebody outside kept: the store must still have each of them as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from shared.config.environment import SettingError
from shared.database.pool import Database
from shared.seals.finding import Finding, Findings, Kind
from shared.seals.seal import Seal
from shared.seals.shelf import all_seals
from shared.seals.signing import PublicKey


def compare_kept(
    db: Database, service: str, path: Path, keys: Mapping[str, PublicKey], findings: Findings
) -> None:
    """What a store that was rewritten and sealed anew with the true key can't hide.

    Seals of other services are left out. Raises `SettingError` for a file that is no exported seal.
    """
    kept = [seal for seal in _read(path) if seal.statement.service == service]
    numbers = [seal.statement.number for seal in kept]
    with db.transaction() as cursor:
        stored = {seal.statement.number: seal.statement for seal in all_seals(cursor, numbers)}
    for seal in kept:
        fault = seal.fault(keys)
        if fault:
            detail = f"the seal that was kept is not to be trusted: {fault}"
        elif seal.statement.number not in stored:
            detail = "the store no longer has a seal that was kept outside"
        elif stored[seal.statement.number] != seal.statement:
            detail = "the store has another seal than the one that was kept outside"
        else:
            continue
        findings.add(Finding(service, Kind.SEAL, detail, seal=seal.statement.number))


def _read(path: Path) -> list[Seal]:
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    seals = []
    for file in files:
        try:
            seals.append(Seal.imported(json.loads(file.read_text("utf-8"))))
        except (ValueError, KeyError, TypeError) as error:
            raise SettingError("--against", f"{file} is no exported seal") from error
    return seals
