"""Pages of the same columns by a plain SELECT in the order of positions: what a reader could do if nobody
wrote meanwhile. Rows stay what the driver makes of them; JSON is decoded by the driver, or left as text.

Arguments: DSN, rows per page, `objects` (JSON as text) or `data` (decoded), number of this worker.
"""

from __future__ import annotations

import sys

import psycopg2
import psycopg2.extras
from loop import serve

_PAGE = """SELECT
id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash, position
FROM events WHERE position > %s ORDER BY position LIMIT %s"""


def main(dsn: str, page_size: int, looked_at: str) -> None:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    if looked_at == "objects":
        psycopg2.extras.register_default_json(connection, loads=lambda text: text)
    cursor = connection.cursor()
    position = 0

    def read() -> int:
        nonlocal position
        cursor.execute(_PAGE, (position, page_size))
        rows = cursor.fetchall()
        position = rows[-1][-1] if rows else 0
        return len(rows)

    serve(read)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
