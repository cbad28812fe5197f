"""What nameko alone reaches on a stack's RabbitMQ: an HTTP request, an RPC, its answer."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.processes import used

_WORKER = Path(__file__).parent / "workers" / "echoing.py"
_BROKER = "YIWANG_AMQP_URL="


@contextmanager
def echo(data: Path) -> Iterator[tuple[str, list[int]]]:
    """Where to `POST /echo`, and the processes of who answers and who asks. `data` is the stack's folder."""
    port = _free_port()
    processes = [
        subprocess.Popen(
            [sys.executable, str(_WORKER), role, _broker(data), str(port)], stdout=subprocess.PIPE, text=True
        )
        for role in ("answers", "asks")
    ]
    try:
        for process in processes:
            assert process.stdout is not None  # noqa: S101 - asked for above
            if not process.stdout.readline():
                raise RuntimeError(f"the echo ended with {process.wait()}")
        yield f"http://127.0.0.1:{port}", [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate()


def seconds_used(pids: list[int], root: int, data: Path) -> float:
    """Of processor time so far: the processes of the echo, and the broker that `root` began."""
    ours = sum(used(pid, data / "nobody")[pid][1] for pid in pids)
    return ours + sum(seconds for label, seconds in used(root, data).values() if label == "RabbitMQ")


def _broker(data: Path) -> str:
    """As the stack names it for a shell."""
    lines = (data / "stack.env").read_text("utf-8").splitlines()
    [line] = [line for line in lines if _BROKER in line]
    return line.partition(_BROKER)[2].strip("'\"")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
