"""Raw COPY of whole rows of `events`, nothing computed but ids: what PostgreSQL takes from one process.

Arguments: DSN, rows per commit, number of this worker.
"""

from __future__ import annotations

import io
import sys
from uuid import uuid4

import psycopg2
from loop import serve
from payload import TYPE, text

_INTO = """COPY events
(id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash) FROM STDIN"""


def main(dsn: str, rows: int, number: int) -> None:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()
    at = "2026-03-02T01:00:00+00:00"
    metadata = (
        f'{{"actor":"clerk-{number}","command_id":"{uuid4()}","correlation_id":"{uuid4()}","role":"clerk"}}'
    )
    tails = [
        f"{version}\t{TYPE}\t1\t{text(version)}\t{metadata}\t{at}\t{at}\t\\\\x01{'5a' * 32}\n"
        for version in range(1, rows + 1)
    ]

    def copy() -> int:
        stream = uuid4()
        cursor.copy_expert(_INTO, io.StringIO("".join(f"{uuid4()}\t{stream}\t{tail}" for tail in tails)))
        return rows

    serve(copy)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
