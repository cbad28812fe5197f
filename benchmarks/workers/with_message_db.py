"""message-db's `write_message` through psycopg2, every worker in a category of its own (its best case).

Arguments: DSN, number of this worker.
"""

from __future__ import annotations

import json
import sys
from itertools import count
from uuid import uuid4

import psycopg2
from loop import serve
from payload import STREAM_LENGTH, TYPE, text

_WRITE = "SELECT write_message(%s, %s, %s, %s::jsonb, %s::jsonb, %s)"


def main(dsn: str, number: int) -> None:
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SET search_path = message_store, public")
    numbers = count(number * 10_000_000)
    metadata = json.dumps({"actor": f"clerk-{number}", "role": "clerk", "correlation_id": str(uuid4())})
    stream, version = uuid4(), -1

    def append() -> int:
        nonlocal stream, version
        if version == STREAM_LENGTH - 1:
            stream, version = uuid4(), -1
        name = f"case{number}-{stream}"
        cursor.execute(_WRITE, (str(uuid4()), name, TYPE, text(next(numbers)), metadata, version))
        version += 1
        return 1

    serve(append)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
