"""Proves that a read model equals a replay of its events, or shows where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from shared.database.pool import Database
from shared.readmodel.model import ReadModel
from shared.readmodel.replay import (
    FeedReader,
    Progress,
    Replay,
    count_rows,
    schema_beside,
    standing_still,
    tables,
)

FIRST = 20

_DIFFERENCE = """
WITH different AS (
    SELECT to_jsonb(t) AS row FROM {one} t EXCEPT ALL SELECT to_jsonb(t) FROM {other} t
)
SELECT row, count(*) OVER () FROM different LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """`surplus` rows serve but are not in the replay, `missing` are in the replay but don't serve; the
    first of each are given. They are rows as they serve: personal data may be among them."""

    table: str
    serving: int
    replayed: int
    surplus: int
    missing: int
    surplus_rows: tuple[dict[str, Any], ...]
    missing_rows: tuple[dict[str, Any], ...]

    @property
    def equal(self) -> bool:
        return self.surplus == 0 and self.missing == 0


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
) -> Verified:
    """Replay beside, bring both to one place, compare each table both ways, clean up.

    The projector stands still for the comparison. Raises as `rebuild` does.
    """
    schema = f"{model.schema}__verify"
    with schema_beside(db, model, schema):
        replay = Replay(db, model, schema, readers, progress)
        replay.approach()
        with standing_still(db, model) as cursor:
            replay.arrive(cursor)
            found = _compare(cursor, model.schema, schema, first)
    return Verified(model.name, replay.count, found)


def _compare(cursor: Any, serving: str, replayed: str, first: int) -> tuple[TableDifference, ...]:
    here, there = count_rows(cursor, serving), count_rows(cursor, replayed)
    both = tables(cursor, serving) & tables(cursor, replayed)
    found = []
    for table in sorted({*here, *there}):
        surplus, missing = (here.get(table, 0), ()), (there.get(table, 0), ())
        if table in both:
            surplus = _difference(cursor, (serving, table), (replayed, table), first)
            missing = _difference(cursor, (replayed, table), (serving, table), first)
        counts = (here.get(table, 0), there.get(table, 0), surplus[0], missing[0])
        found.append(TableDifference(table, *counts, surplus[1], missing[1]))
    return tuple(found)


def _difference(
    cursor: Any, one: tuple[str, str], other: tuple[str, str], first: int
) -> tuple[int, tuple[Any, ...]]:
    """As jsonb, which knows equality for every type; a plain `json` column has none."""
    query = sql.SQL(_DIFFERENCE).format(one=sql.Identifier(*one), other=sql.Identifier(*other))
    cursor.execute(query, (first,))
    rows = cursor.fetchall()
    return (rows[0][1] if rows else 0), tuple(row[0] for row in rows)
