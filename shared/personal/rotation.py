"""Subject keys wrapped anew under the newest master key. No event is touched, and nobody has to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psycopg2.extras import execute_values

from shared.database.pool import Database
from shared.personal.keys import KeyRow
from shared.personal.masters import MasterKeys

BATCH = 500

_COUNT = "SELECT count(*) AS n FROM vault.subject_keys WHERE destroyed_at IS NULL AND master <> %s"
_OLD = """
SELECT key, subject, cipher, wrapped, master FROM vault.subject_keys
WHERE destroyed_at IS NULL AND master <> %s ORDER BY key LIMIT %s FOR UPDATE
"""
_REWRAP = """
UPDATE vault.subject_keys k SET wrapped = n.wrapped, master = n.master
FROM (VALUES %s) AS n (key, wrapped, master) WHERE k.key = n.key
"""


def to_rotate(db: Database, masters: MasterKeys) -> int:
    """How many keys are wrapped under another master key than the newest."""
    return int(db.fetch(_COUNT, (masters.newest,))[0]["n"])


def rotate(db: Database, masters: MasterKeys, progress: Callable[[int], None] | None = None) -> int:
    """Answers how many were wrapped anew. Commits batch by batch: begun again it goes on where it stopped.

    Raises `MasterKeyUnknown` for a key under a master that is not given; then its batch is as it was.
    """
    total = 0
    while True:
        with db.transaction() as cursor:
            count = _batch(cursor, masters)
        if not count:
            return total
        total += count
        if progress:
            progress(count)


def _batch(cursor: Any, masters: MasterKeys) -> int:
    cursor.execute(_OLD, (masters.newest, BATCH))
    rows = [KeyRow(key, subject, cipher, bytes(w), master) for key, subject, cipher, w, master in cursor]
    anew = [
        (row.key, masters.wrap(masters.unwrap(row.wrapped or b"", row.master, row.about), row.about))
        for row in rows
    ]
    if anew:
        execute_values(cursor, _REWRAP, [(key, wrapped, masters.newest) for key, wrapped in anew])
    return len(anew)
