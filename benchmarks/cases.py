"""A cases database with as many cases as one likes, written straight into the events table by COPY.

Hash chains, versions and ticks are as the store itself makes them; nothing else of it is used, since
appending ten million events one commit at a time takes hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from itertools import islice
from multiprocessing import get_context
from uuid import UUID, uuid4

import psycopg2

from benchmarks.bench import execute
from benchmarks.histories import NUMBER, WHO, Template, templates
from services.cases import SERVICE
from services.cases.streams import case_stream
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.rows import COLUMNS
from shared.eventstore.sealing import chain

CATEGORY = "case"
TOGETHER = 2_000
"""Cases that live at the same time: their events lie mixed, first all first ones, then all second ones."""

PER_COMMIT = 5_000
_KEY = "events_stream_version_key"
_COPY = f"COPY events ({COLUMNS}) FROM STDIN"
_SPAWN = get_context("spawn")


def grow(dsn: str, first: int, last: int, workers: int = 2) -> None:
    """Write the cases numbered from `first` to before `last`, and bring every read model's place to the end.

    Their rows aren't written: that is a rebuild's work.
    """
    with closing(Database(dsn, size=1)) as db:
        migrate(db, SERVICE)
        execute(dsn, f"ALTER TABLE events DROP CONSTRAINT IF EXISTS {_KEY}")
        blocks = range(first, last, TOGETHER)
        crew = [
            _SPAWN.Process(
                target=_write, args=(dsn, [(block, min(block + TOGETHER, last)) for block in part])
            )
            for number in range(workers)
            if (part := blocks[number::workers])
        ]
        for process in crew:
            process.start()
        for process in crew:
            process.join()
            if process.exitcode:
                raise RuntimeError(f"a writer ended with {process.exitcode}")
        memory = "SET maintenance_work_mem = '512MB'; SET statement_timeout = 0"
        with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(f"{memory}; ALTER TABLE events ADD CONSTRAINT {_KEY} UNIQUE (stream, version)")
        execute(dsn, "VACUUM ANALYZE events")
        head = PostgresEventStore(db, SERVICE.name).head()
        execute(dsn, "UPDATE checkpoints SET cursor = %s WHERE source = 'cases'", (head,))


def _write(dsn: str, blocks: list[tuple[int, int]]) -> None:
    known = templates()
    with closing(Database(dsn, size=1)) as db:
        store = PostgresEventStore(db, SERVICE.name)
        for first, last in blocks:
            lines = _lines(known, first, last)
            while text := "".join(islice(lines, PER_COMMIT)):
                with db.transaction() as cursor:
                    cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL statement_timeout = 0")
                    cursor.copy_expert(_COPY, StringIO(text))
                store.tick()


def _lines(known: list[Template], first: int, last: int) -> Iterator[str]:
    """Of each case its first event, then of each its second."""
    lives = [_Life(known[number % len(known)], number) for number in range(first, last)]
    for version in range(max(len(life.template) for life in lives)):
        for life in lives:
            if version < len(life.template):
                yield life.line(version)


class _Life:
    """One case while it is written."""

    def __init__(self, template: Template, number: int) -> None:
        self.template = template
        self._number = f"115116020000202603{number:012}"
        self._who = f"citizen-{number % 250_000}"
        self._stream: UUID = case_stream(self._number)
        self._hash = b""

    def line(self, index: int) -> str:
        fact = self.template[index]
        id, at = uuid4(), fact.at
        data = fact.data.replace(NUMBER, self._number).replace(WHO, self._who)
        self._hash = chain(
            self._hash, id=id, stream=self._stream, version=index + 1, type=fact.type, schema_version=1,
            metadata=_METADATA, occurred_at=at, recorded_at=at, data=data,
        )  # fmt: skip
        moment = at.isoformat()
        values = (id, self._stream, index + 1, fact.type, 1, data, _METADATA, moment, moment)
        return "\t".join(map(str, values)) + f"\t\\\\x{self._hash.hex()}\n"


_METADATA = '{"actor":"clerk-1","role":"clerk"}'
