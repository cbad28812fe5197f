"""The platform's own PostgreSQL: waited for when it takes long to stop, started again when it dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2
import pytest

from shared.runtime.postgres import OwnPostgres
from shared.testing.postgres_node import children_of

PROGRAM = """
from shared.runtime.green import make_green
make_green()
import sys
from pathlib import Path
from shared.observability.logging import configure_logging
from shared.runtime import postgres
configure_logging(20, "json", "test")
postgres.TELL_EVERY = 0.1
server = postgres.OwnPostgres(Path(sys.argv[1]))
server.start()
print("up", server.database("postgres"), flush=True)
sys.stdin.readline()
server.stop()
print("stopped", flush=True)
"""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One for all: making it takes longer than what is tested."""
    with TemporaryDirectory(prefix="yiwang-own-") as place:
        Path(place).chmod(0o755)
        yield Path(place) / "pg"


def title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def test_a_server_that_is_busy_stopping_is_waited_for(folder: Path) -> None:
    """Its checkpointer is stopped in the middle: as long as that sleeps, nothing can be written down."""
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    said = []
    while not (said and said[-1].startswith("up ")):
        said.append(child.stdout.readline())
        assert said[-1], "".join(said)
    postmaster = postmaster_of(folder)
    checkpointer = next(pid for pid in children_of(postmaster) if "checkpointer" in title(pid))
    os.kill(checkpointer, signal.SIGSTOP)
    try:
        child.stdin.write("stop\n")
        child.stdin.flush()
        for _ in range(2):
            said.append(child.stdout.readline())
            assert "postgres_still_stopping" in said[-1], "".join(said)
        assert title(postmaster)
    finally:
        os.kill(checkpointer, signal.SIGCONT)
    rest = child.stdout.read()
    assert child.wait(30) == 0
    assert rest.endswith("stopped\n")
    assert "Traceback" not in rest
    assert not (folder / "postmaster.pid").exists()
    assert "database system is shut down" in (folder / "log").read_text()


def test_a_server_that_was_killed_is_started_again(folder: Path) -> None:
    server = OwnPostgres(folder)
    server.start()
    try:
        dsn = server.database("kept")
        server.watch()
        before = postmaster_of(folder)
        for pid in (*children_of(before), before):
            with suppress(ProcessLookupError):  # its workers come and go by themselves
                os.kill(pid, signal.SIGKILL)
        while postmaster_of(folder) == before:
            server.watch()
        with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        server.stop()
    assert not (folder / "postmaster.pid").exists()


def postmaster_of(folder: Path) -> int:
    return int((folder / "postmaster.pid").read_text().split()[0])
