"""Proves that a read model equals a replay of its events, or shows row by row where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.database.pool import Database
from shared.readmodel.beside import Copy, frozen, only_one, standing_still
from shared.readmodel.differences import TableDifference, compare
from shared.readmodel.model import ReadModel
from shared.readmodel.replay import FeedReader
from shared.readmodel.standing import COMPARING, Meter, Progress

FIRST = 20


@dataclass(frozen=True, slots=True)
class Verified:
    name: str
    events: int
    tables: tuple[TableDifference, ...]

    @property
    def equal(self) -> bool:
        return all(table.equal for table in self.tables)


def verify(
    db: Database,
    model: ReadModel,
    readers: Mapping[str, FeedReader],
    progress: Progress | None = None,
    first: int = FIRST,
    *,
    workers: int = 1,
) -> Verified:
    """Replay beside, bring both to one place, compare each table row by row, clean up.

    The projector stands still while the last events are applied, not for the comparison. `first` is how many
    rows that differ are described, of each table. Raises as `rebuild` does.
    """
    schema = f"{model.schema}__verify"
    with only_one(db, model, schema):
        copy = Copy(db, model, schema, readers, progress, workers=workers)
        try:
            copy.approach(afresh=True)
            with standing_still(db, model) as move_again:
                copy.arrive()
                with frozen(db) as cursor:
                    move_again()
                    Meter(COMPARING, progress, copy.events).tell(copy.events)
                    found = compare(cursor, model, schema, first)
        finally:
            copy.drop()
    return Verified(model.name, copy.events, found)
