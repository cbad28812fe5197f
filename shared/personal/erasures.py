"""The list of erasures, kept where no restore takes it back, and applied again before serving.

A line per erasure: `{"subject": …, "erased_at": …}`. Each database holds the list too (`vault.erased`); one
that was restored from a backup lacks those that came after it, and has their keys again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.database.pool import Database
from shared.service.spec import ServiceSpec

Erasures = dict[str, datetime]
"""Subject to the moment of its last erasure."""


def erased_in(db: Database) -> Erasures:
    rows = db.fetch("SELECT subject, erased_at FROM vault.erased ORDER BY erased_at, subject")
    return {row["subject"]: row["erased_at"] for row in rows}


def read_list(file: Path) -> Erasures:
    """Empty when there is no file yet. Raises `ValueError` for a line that is none of ours."""
    found: Erasures = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        entry = json.loads(line)
        found = newest(found, {entry["subject"]: datetime.fromisoformat(entry["erased_at"])})
    return found


def note(file: Path, erasures: Mapping[str, datetime]) -> None:
    """Add lines, on the disk when this returns. One that is there already does no harm."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.writelines(line(subject, at) + "\n" for subject, at in erasures.items())
        stream.flush()
        os.fsync(stream.fileno())


def line(subject: str, at: datetime) -> str:
    return json.dumps({"subject": subject, "erased_at": at.isoformat()}, ensure_ascii=False)


def newest(one: Mapping[str, datetime], other: Mapping[str, datetime]) -> Erasures:
    whole = dict(one)
    for subject, at in other.items():
        whole[subject] = max(at, whole.get(subject, at))
    return whole


def apply_list(app: Any, spec: ServiceSpec, listed: Mapping[str, datetime]) -> list[str]:
    """Erase again who is on the list and not erased in this database; answers whom.

    Each in a transaction of its own, so that a run that was killed goes on where it stopped.
    """
    if spec.erase is None:
        return []
    known = erased_in(app.db)
    lacking = [subject for subject, at in listed.items() if subject not in known or known[subject] < at]
    for subject in lacking:
        with app.store.unit_of_work() as unit:
            spec.erase(app, unit, subject, listed[subject])
    return lacking


def keep(app: Any, spec: ServiceSpec, file: Path) -> list[str]:
    """At start, before serving: what the list has and the database lacks is erased again, and the other
    way round what only the database knows is written down. Answers who was erased again.
    """
    if spec.erase is None:
        return []
    listed = read_list(file)
    again = apply_list(app, spec, listed)
    unknown = {
        subject: at
        for subject, at in erased_in(app.db).items()
        if subject not in listed or listed[subject] < at
    }
    if unknown:
        note(file, unknown)
    return again
