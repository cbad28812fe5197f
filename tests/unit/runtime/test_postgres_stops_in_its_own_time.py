"""A platform whose PostgreSQL takes long to stop waits for it, says so, and ends cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

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


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def title(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def test_a_server_that_is_busy_stopping_is_waited_for(tmp_path: Path) -> None:
    """Its checkpointer is stopped in the middle: as long as that sleeps, nothing can be written down."""
    folder = tmp_path / "pg"
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    said = []
    while not (said and said[-1].startswith("up ")):
        said.append(child.stdout.readline())
        assert said[-1], "".join(said)
    postmaster = int((folder / "postmaster.pid").read_text().split()[0])
    checkpointer = next(pid for pid in children(postmaster) if "checkpointer" in title(pid))
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
