"""What a figure is given: how long to measure, a database cluster, and the peers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg2

from benchmarks.peers import Peers
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec

OUT = Path(__file__).parent / "out"

_FILLING = {
    "fsync": "off", "full_page_writes": "off", "autovacuum": "off",
    "max_wal_size": "'8GB'", "checkpoint_timeout": "'1h'",
}  # fmt: skip


class Bench:
    """One run. Everything that is started for a figure is shared by the later ones and stopped by `close`."""

    def __init__(self, *, quick: bool = False, cases: int = 100_000) -> None:
        self.quick = quick
        self.cases = min(cases, 20_000) if quick else cases
        self.rounds = 2 if quick else 5
        self.seconds = 0.5 if quick else 2.0
        self._folder: TemporaryDirectory[str] | None = None
        self._cluster: OwnPostgres | None = None
        self._databases = self._forgotten = 0

    def cluster(self) -> OwnPostgres:
        """PostgreSQL from the wheel with its defaults, `fsync` on, in the machine's temporary folder."""
        if self._cluster is None:
            self._folder = TemporaryDirectory(prefix="yiwang-bench-", ignore_cleanup_errors=True)
            self._cluster = OwnPostgres(Path(self._folder.name) / "postgres")
            self._cluster.start()
        self._cluster.watch()  # a figure that failed may have taken it along
        return self._cluster

    def empty_database(self) -> str:
        """The DSN of a database that nobody used before."""
        self._databases += 1
        return self.cluster().database(f"bench_{self._databases}")

    def database(self) -> str:
        """The same with an event store's tables in it."""
        dsn = self.empty_database()
        with closing(Database(dsn, size=1)) as database:
            migrate(database, ServiceSpec("bench", "", categories=("case",)))
        return dsn

    @cached_property
    def peers(self) -> Peers:
        """Installed on first use; needs a package index and npm then, and nothing later."""
        return Peers(OUT / "peers")

    def take_turns(self, contenders: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
        """What each contender reaches in each round, all of them once per round, after a round that
        doesn't count. A checkpoint goes before each, so that nobody pays for another's writes."""
        found: dict[str, list[float]] = {name: [] for name in contenders}
        for number in range(self.rounds + 1):
            for name, contender in contenders.items():
                self.checkpoint()
                value = contender()
                if number > 0:
                    found[name].append(value)
        return found

    def forget(self) -> None:
        """Drop a figure's databases: they fill the disk, and are vacuumed while the next one is measured."""
        for number in range(self._forgotten + 1, self._databases + 1):
            self._administer(f"DROP DATABASE IF EXISTS bench_{number} WITH (FORCE)")
        self._forgotten = self._databases

    def checkpoint(self) -> None:
        self._administer("CHECKPOINT")

    @contextmanager
    def filling(self) -> Iterator[None]:
        """While tables are filled that are measured later, nothing waits for the disk. Afterwards the server
        has its defaults again, and everything is written down."""
        try:
            for name, value in _FILLING.items():
                self._administer(f"ALTER SYSTEM SET {name} = {value}")
            self._administer("SELECT pg_reload_conf()")
            yield
        finally:
            self._administer("ALTER SYSTEM RESET ALL")
            self._administer("SELECT pg_reload_conf()")
            self.checkpoint()
            os.sync()

    def _administer(self, sql: str) -> None:
        execute(self.cluster().database("postgres"), sql)

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.stop()
        if self._folder is not None:
            self._folder.cleanup()


def execute(dsn: str, sql: str, args: Any = None) -> None:
    """One statement outside of transactions (VACUUM, CHECKPOINT and the like)."""
    with closing(psycopg2.connect(dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, args)
