"""What came of an import: all its batches as one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from shared.client import ApiClient, ApiProblem
from shared.importing.faults import RowFault

SETTLE_SECONDS = 120.0
SHOWN = 40
"""Findings printed one by one; of more, each kind is counted. `--json` prints all."""
_SHOWS = {"/items/imports": "/items", "/regions/imports": "/regions", "/cases/imports": "/cases"}


@dataclass
class Imported:
    """`total = imported + unchanged + rejected`, rows that could not even be read included."""

    what: str
    file: Path
    dry_run: bool
    total: int = 0
    imported: int = 0
    unchanged: int = 0
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    run: str = field(default_factory=lambda: uuid4().hex[:12])

    def add(self, report: dict[str, Any]) -> None:
        for name in ("total", "imported", "unchanged", "rejected"):
            setattr(self, name, getattr(self, name) + int(report[name]))
        self.errors += report["errors"]
        self.warnings += report["warnings"]

    def unread(self, errors: Sequence[RowFault], warnings: Sequence[RowFault] = ()) -> None:
        """Findings of the reading itself."""
        self.errors += [fault.as_dict() for fault in errors]
        self.warnings += [fault.as_dict() for fault in warnings]

    def settle(self, client: ApiClient, path: str, token: str) -> None:
        """Block until lists show what was imported. Raises `ApiProblem` if they don't in SETTLE_SECONDS."""
        until = monotonic() + SETTLE_SECONDS
        while True:
            try:
                client.get(_SHOWS[path], after_token=token, limit=1)
            except ApiProblem as problem:
                if problem.code != "read_model_behind" or monotonic() > until:
                    raise
            else:
                return

    def as_dict(self) -> dict[str, Any]:
        hidden = {"run", "what"}
        return {name: value for name, value in vars(self).items() if name not in hidden} | {
            "kind": self.what,
            "file": str(self.file),
        }


def show(found: Imported) -> None:
    console = Console(highlight=False)
    for title, rows, colour in (
        ("rejected", found.errors, "red"),
        ("kept, but look", found.warnings, "yellow"),
    ):
        if rows:
            _findings(console, title, rows, colour)
    summary = Table(title=f"{found.file.name}{' (dry run: nothing stored)' if found.dry_run else ''}")
    for name in ("total", "imported", "unchanged", "rejected", *found.notes):
        summary.add_column(name, justify="right")
    values = [found.total, found.imported, found.unchanged, found.rejected, *found.notes.values()]
    summary.add_row(*[str(value) for value in values])
    console.print(summary)


def _findings(console: Console, title: str, rows: list[dict[str, Any]], colour: str) -> None:
    count = Counter(row["code"] for row in rows)
    # What half the file has is the file's manner; what a few rows have is what somebody should look at.
    rarest_first = sorted(rows, key=lambda row: (count[row["code"]], row["code"], row["line"]))
    table = Table("line", "field", "reason", title=f"[{colour}]{title}[/]")
    for row in rarest_first[:SHOWN]:
        table.add_row(str(row["line"]), str(row["field"]), str(row["reason"]))
    console.print(table)
    if len(rows) > SHOWN:
        kinds = ", ".join(f"{number} × {code}" for code, number in count.most_common())
        console.print(f"{len(rows)} findings in all: {kinds}; --json prints each")
