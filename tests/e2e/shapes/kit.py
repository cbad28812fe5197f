"""A stack as `make stack` starts it, watched and hurt from outside."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from warnings import warn

from shared.cli.throwaway import OperatorClient
from shared.client import ApiClient, ApiProblem
from shared.runtime.folder import DataFolder
from shared.simulation.city import City
from shared.testing.rabbitmq import RabbitNode, private_rabbitmq
from shared.testing.waiting import await_that

PATIENCE = 90.0
COMMAND = (sys.executable, "-m", "shared.cli")


class Stack:
    """`yiwang stack` on a broker that is given to it and a PostgreSQL of its own."""

    def __init__(self, data: Path, rabbit: RabbitNode) -> None:
        self.folder = DataFolder(data)
        self.rabbit = rabbit
        self.output = data.parent / "stack.log"
        arguments = ["stack", "--data", str(data), "--port", "0"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*COMMAND, *arguments],
                env=os.environ | {"YIWANG_AMQP_URL": rabbit.url, "YIWANG_LOG_LEVEL": "INFO"},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def url(self) -> str:
        running = self.folder.running()
        assert running is not None, self.output.read_text()[-3000:]
        return str(running["url"])

    def operator(self) -> ApiClient:
        return OperatorClient(self.url, self.folder.operator_token)

    def city(self) -> City:
        return City(self.url, json.loads(self.folder.demo_accounts.read_text()), self.operator())

    def variables(self) -> dict[str, str]:
        """What a shell has after `set -a; . DIR/stack.env`."""
        script = f"set -a; . '{self.folder.path}/stack.env'; env"
        told = subprocess.run(
            ["/bin/sh", "-c", script], capture_output=True, text=True, check=True,
            env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        return dict(line.split("=", 1) for line in told.stdout.splitlines() if line.startswith("YIWANG_"))

    def yiwang(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command beside the stack, which finds it by variables alone."""
        return run_command(*arguments, variables=self.variables())

    def processes(self) -> dict[str, int]:
        """`run cases` and the like, with their process ids."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        found = {}
        for pid in map(int, listed):
            words = command_line(pid)
            if "shared.cli" in words:
                found[" ".join(words[words.index("shared.cli") + 1 :])] = pid
        return found

    def kill(self, name: str) -> int:
        pid = self.processes()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def ready(self) -> bool:
        try:
            return ApiClient(self.url, timeout=10).get("/readyz").status == 200
        except ApiProblem:
            return False

    def ended_or_up(self) -> bool:
        return self.process.poll() is not None or self.folder.running() is not None

    def interrupt(self) -> int:
        """Ctrl-C; answers the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []


def run_command(*arguments: str, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("YIWANG_")}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=120,
        env=ours | dict(variables),
    )  # fmt: skip


def unexplained(log: str) -> list[str]:
    """What was answered with 500 and logged with a traceback: whoever asked saw no more than the number."""
    entries = re.split(r"(?m)^(?=\S*\d{4}-\d\d-\d\dT)", log)
    return [each for each in entries if re.search("operation_failed|request_failed|page_failed", each)]


@contextmanager
def running_stack(data: Path) -> Iterator[Stack]:
    with private_rabbitmq() as rabbit:
        stack = Stack(data, rabbit)
        try:
            await_that(stack.ended_or_up, "the stack", patience=PATIENCE)
            assert stack.url
            yield stack
        finally:
            if stack.process.poll() is None:
                stack.interrupt()
            for told in unexplained(stack.output.read_text(errors="replace")):
                warn(f"the stack met an error of its own:\n{told}", stacklevel=1)
