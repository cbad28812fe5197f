"""Walks the whole feed into `Event`s, from its start to its head, again and again.

Arguments: DSN, events per page, what of an event is looked at (`objects` or `data`), number of this worker.
"""

from __future__ import annotations

import sys

from loop import serve

from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore


def main(dsn: str, page_size: int, looked_at: str) -> None:
    store = PostgresEventStore(Database(dsn, size=1), "bench")
    cursor = ""

    def read() -> int:
        nonlocal cursor
        page = store.read_feed(cursor, category="case", limit=page_size)
        cursor = page.cursor if page.head_at is None else ""
        if looked_at == "data":
            for event in page.events:
                event.data["status"]
        return len(page.events)

    serve(read)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
