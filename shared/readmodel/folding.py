"""Read models whose rows are a function of one stream's events: folded once per stream by a rebuild."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel import writing
from shared.readmodel.model import ReadModel

Rows = Mapping[str, Sequence[writing.Row]]
"""Rows by table, each with the values of the table's `columns`."""


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` in the order rows give them; columns left out get their default."""

    name: str
    columns: tuple[str, ...]


class FoldedReadModel(ReadModel):
    """Its `apply` and its `fold` are two ways to the same rows, and a test holds them to it.

    `fold` gets a stream's events from the first, in order and without a gap, and answers all rows that stand
    when the last of them has been applied. It must know no other stream: rebuilds fold streams in any order,
    in several processes. All its sources are categories of its own service.
    """

    tables: ClassVar[tuple[Table, ...]]

    def fold(self, history: Sequence[Event]) -> Rows:
        raise NotImplementedError

    def copy(self, db: Any, rows: Rows) -> None:
        """Write folded rows into empty tables of the present search path."""
        for table in self.tables:
            found = rows.get(table.name)
            if found:
                writing.copy_rows(db, table.name, table.columns, found)
