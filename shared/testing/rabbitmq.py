"""A private RabbitMQ node: own name, own ports, own folder, own epmd, ended by its own process group."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from uuid import uuid4

from amqp.exceptions import AMQPError
from kombu.exceptions import KombuError

from shared.config.environment import SettingError
from shared.messaging.connection import connect

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 90.0

_CONFIGURATION = """
listeners.tcp.1 = 127.0.0.1:{port}
log.console = false
log.file.level = warning
disk_free_limit.absolute = 50MB
collect_statistics_interval = 30000
"""


def installed() -> bool:
    return SERVER.exists()


class RabbitNode:
    """`stop` and `start` again keep the queues, like a restart of a real node."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._ports = (_free_port(), _free_port())
        self._name = f"yiwang-{uuid4().hex[:8]}@localhost"
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Blocks until the node takes connections; raises `SettingError` when it does not come up."""
        if not installed():
            raise SettingError("rabbitmq-server", f"{SERVER} is not there; apt-get install rabbitmq-server")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=self.port))
        (self.folder / "plugins").write_text("[].\n")
        environment = self._environment()
        epmd = shutil.which("epmd") or "epmd"
        address = ("-address", "127.0.0.1", "-port", str(self._ports[0]))
        self._epmd = _spawn([epmd, *address], environment, self.folder / "epmd.log")
        self._server = _spawn([str(SERVER)], environment, self.folder / "server.log")
        self._await_ready()

    def stop(self) -> None:
        for process in (self._server, self._epmd):
            if process is not None:
                _end(process)
        self._server = self._epmd = None

    def _environment(self) -> dict[str, str]:
        epmd_port, dist_port = self._ports
        home = str(self.folder)
        return {
            "PATH": f"{SERVER.parent}:{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin",
            "HOME": home,  # the Erlang cookie is made there
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist_port),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{home}/mnesia",
            "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_PID_FILE": f"{home}/pid",
            # Idle schedulers must not spin: the node shares its machine with what it serves.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
        }

    def _await_ready(self) -> None:
        end = monotonic() + START_SECONDS
        while monotonic() < end:
            if self._server is not None and self._server.poll() is not None:
                break
            with connect(self.url) as connection:
                try:
                    connection.ensure_connection(max_retries=1, interval_start=0, timeout=2)
                    return
                except (KombuError, AMQPError, OSError):
                    sleep(0.2)
        self.stop()
        log = self.folder / "server.log"
        raise SettingError("rabbitmq-server", f"the private node did not come up; see {log}")


@contextmanager
def private_rabbitmq() -> Iterator[RabbitNode]:
    """A running node in a temporary folder, gone afterwards."""
    folder = Path(mkdtemp(prefix="yiwang-mq-"))
    node = RabbitNode(folder)
    try:
        node.start()
        yield node
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _spawn(command: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C meant for us does not reach it, and its children end with it."""
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - fixed commands
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    for number, patience in ((signal.SIGTERM, 20), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
