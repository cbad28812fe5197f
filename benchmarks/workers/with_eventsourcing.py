"""eventsourcing's PostgreSQL recorder by its public API, default settings (it locks its table per append).

Arguments: what (`create` the tables and fill them, `append`, `read` notifications, or `decode` their state
too), host, database, page size, and the number of this worker (for `create`: of events).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

from eventsourcing.persistence import InfrastructureFactory, StoredEvent
from eventsourcing.utils import Environment
from loop import say, serve
from payload import STREAM_LENGTH, TYPE, text


def recorder(host: str, database: str, *, create: bool = False) -> Any:
    """Workers create no tables: several processes doing so at once fail."""
    settings = {
        "CREATE_TABLE": "y" if create else "n",
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": host,
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "not asked for",
        "POSTGRES_POOL_SIZE": "1",
        "POSTGRES_MAX_OVERFLOW": "2",
    }
    return InfrastructureFactory.construct(Environment("", settings)).application_recorder()


def appending(store: Any, number: int) -> Callable[[], int]:
    numbers = count(number * 10_000_000)
    at: dict[str, Any] = {"stream": uuid4(), "version": 0}

    def append() -> int:
        if at["version"] == STREAM_LENGTH:
            at.update(stream=uuid4(), version=0)
        at["version"] += 1
        store.insert_events([StoredEvent(at["stream"], at["version"], TYPE, text(next(numbers)).encode())])
        return 1

    return append


def reading(store: Any, page_size: int, *, decode: bool) -> Callable[[], int]:
    after = 0

    def read() -> int:
        nonlocal after
        found = store.select_notifications(after, page_size, inclusive_of_start=False)
        after = found[-1].id if found else 0
        if decode:
            for notification in found:
                json.loads(notification.state)["status"]
        return len(found)

    return read


def fill(store: Any, many: int) -> None:
    for start in range(0, many, 100):
        stream = uuid4()
        store.insert_events([StoredEvent(stream, n + 1, TYPE, text(start + n).encode()) for n in range(100)])


if __name__ == "__main__":
    what, where, name, page, last = sys.argv[1:]
    opened = recorder(where, name, create=what == "create")
    if what == "create":
        fill(opened, int(last))
        say({"created": True})
    elif what == "append":
        serve(appending(opened, int(last)))
    else:
        serve(reading(opened, int(page), decode=what == "decode"))
