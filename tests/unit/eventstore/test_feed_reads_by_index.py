"""A look at the feed never reads the whole events table, whatever the planner knows of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.eventstore import feed, pages
from shared.eventstore.copying import CopiedEvents
from shared.eventstore.forms import TextEvents

FILL = """
INSERT INTO events (id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash)
SELECT gen_random_uuid(), gen_random_uuid(), 1, 'case.noted', 1, '{}', '{}', now(), now(), '\\x00'
FROM generate_series(1, %s)
"""
PLACE = {"tick": 1, "position": 5, "upto": 5, "category": "case", "limit": 10}


FETCHED = {"tick": 1, "txids": ["1"], "positions": [5]}
STATEMENTS = {
    "head": (feed._HEAD, None),
    "page as text": (pages.PAGE.format(columns=TextEvents.columns), PLACE),
    "page in binary": (pages.PAGE.format(columns=CopiedEvents.columns), PLACE),
    "addresses": (pages.ADDRESSES, PLACE),
    "fetch as text": (pages.FETCH.format(columns=TextEvents.columns), FETCHED),
    "fetch in binary": (pages.FETCH.format(columns=CopiedEvents.columns), FETCHED),
}


@pytest.mark.parametrize("transactions", [1, 40])
def test_with_and_without_statistics(db, store, transactions):
    for _ in range(transactions):
        with db.transaction() as cursor:
            cursor.execute(FILL, (8_000 // transactions,))
        store.tick()
    check(db)
    with db.session() as session:
        session.cursor().execute("ANALYZE")
    check(db)


def check(db):
    for name, (statement, args) in STATEMENTS.items():
        with db.transaction() as cursor:
            *settings, query = statement.split("; ")
            for setting in settings:
                cursor.execute(setting)
            cursor.execute("EXPLAIN " + query, args)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Seq Scan on events" not in plan, name
        assert "events_pkey" in plan, name
    with db.transaction() as cursor:
        before = looks(cursor)
        cursor.execute(feed._TICK, (datetime.now(UTC),))
        after = looks(cursor)
    assert after[0] == before[0] and after[1] > before[1], "a tick"


def looks(cursor):
    """Of this session at `events`: all of it, and by an index."""
    cursor.execute("SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'events'")
    return cursor.fetchone() or (0, 0)
