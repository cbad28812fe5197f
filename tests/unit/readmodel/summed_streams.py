"""A folded read model; in a module of its own, so that another process finds the very same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import Row


class Sums(FoldedReadModel):
    """One row per stream, and one per event. Fails on what it is told to fail on."""

    name = "sums"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = """
        CREATE TABLE sum (stream uuid PRIMARY KEY, version integer NOT NULL, n integer);
        CREATE TABLE seen (stream uuid, version integer, n integer, PRIMARY KEY (stream, version));
        CREATE INDEX seen_n ON seen (n DESC) WHERE n > 0;
    """
    tables = (Table("sum", ("stream", "version", "n")), Table("seen", ("stream", "version", "n")))

    def __init__(self) -> None:
        self.poison: set[int] = set()

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            self._refuse(event)
            db.execute("INSERT INTO seen VALUES (%s, %s, %s)", self._seen(event))
            db.execute(
                "INSERT INTO sum VALUES (%s, %s, %s) ON CONFLICT (stream)"
                " DO UPDATE SET version = excluded.version, n = sum.n + excluded.n",
                self._seen(event),
            )

    def fold(self, history: Sequence[Event]) -> Rows:
        for event in history:
            self._refuse(event)
        last = history[-1]
        total = sum(event.data["n"] for event in history)
        return {
            "sum": [(str(last.stream), last.version, total)],
            "seen": [self._seen(event) for event in history],
        }

    def _seen(self, event: Event) -> Row:
        return str(event.stream), event.version, event.data["n"]

    def _refuse(self, event: Event) -> None:
        if event.data["n"] in self.poison:
            raise ValueError("张三 may not appear in a log")
