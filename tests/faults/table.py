"""What was tried, how often, and whether it held: as lines while it goes on, as a table at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from time import monotonic
from typing import Any


@dataclass
class Row:
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Table:
    def __init__(self, title: str, measured: str) -> None:
        self.title = title
        self.rows: dict[str, Row] = {}
        self._measured = measured
        self._began = monotonic()

    @property
    def held(self) -> bool:
        return not any(row.failed for row in self.rows.values())

    def round(self, name: str, play: Callable[[], float]) -> bool:
        """Play it and say so; whether it held."""
        row = self.rows.setdefault(name, Row())
        number = sum(len(each.seconds) for each in self.rows.values()) + 1
        print(f"{monotonic() - self._began:6.0f} s  {number:3}  {name}", end="", flush=True)
        try:
            row.seconds.append(play())
        except AssertionError as error:
            row.failed.append(str(error))
            print(f"  DID NOT HOLD: {error}", flush=True)
            return False
        print(f"  held, {row.seconds[-1]:.1f} s", flush=True)
        return True

    def print(self) -> None:
        """As Markdown, for `docs/reliability.md`."""
        print(f"\n{self.title}\n\n| fault | rounds | held | median | longest ({self._measured}) |")
        print("|---|---|---|---|---|")
        for name, row in sorted(self.rows.items()):
            held, times = len(row.seconds), row.seconds or [0.0]
            cells = (name, held + len(row.failed), held, f"{median(times):.1f} s", f"{max(times):.1f} s")
            print(f"| {' | '.join(map(str, cells))} |")

    def as_dict(self) -> dict[str, Any]:
        return {name: {"seconds": row.seconds, "failed": row.failed} for name, row in self.rows.items()}
