"""A private RabbitMQ node: own name, own ports, own folder, own epmd, ended by its own process group."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from uuid import uuid4

from amqp.exceptions import AMQPError
from kombu.exceptions import KombuError

from shared.config.environment import SettingError
from shared.messaging.connection import connect
from shared.runtime.parent import start_tethered

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
        self.port = free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self.name = f"yiwang-{uuid4().hex[:8]}@localhost"
        self._ports = (free_port(), free_port())
        self._shares_epmd = False
        self._more = ""
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Blocks until the node takes connections; raises `SettingError` when it does not come up."""
        if not installed():
            raise SettingError("rabbitmq-server", f"{SERVER} is not there; apt-get install rabbitmq-server")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "rabbitmq.conf").write_text(_CONFIGURATION.format(port=self.port) + self._more)
        (self.folder / "plugins").write_text("[].\n")
        environment = self._environment()
        if not self._shares_epmd:
            self._epmd = start_epmd(self._ports[0], self.folder / "epmd.log")
        self._server = start_tethered([str(SERVER)], environment, self.folder / "server.log")
        self._await_ready()

    def join(self, names: Sequence[str], cookie: str, epmd_port: int) -> None:
        """Before the first start: join these nodes' cluster, one of them up by then; of none, begin one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        secret = self.folder / ".erlang.cookie"
        secret.write_text(cookie)
        secret.chmod(0o400)
        self._ports = (epmd_port, self._ports[1])
        self._shares_epmd = True
        peers = "".join(
            f"cluster_formation.classic_config.nodes.{n} = {name}\n" for n, name in enumerate(names, 1)
        )
        self._more = (
            f"cluster_formation.peer_discovery_backend = classic_config\n{peers}"
            "cluster_formation.discovery_retry_limit = 60\n"
        )

    def stop(self) -> None:
        for process in (self._server, self._epmd):
            if process is not None:
                end(process)
        self._server = self._epmd = None

    @property
    def running(self) -> bool:
        return self._server is not None and self._server.poll() is None

    def control(self, *arguments: str) -> str:
        """What `rabbitmqctl` answers; raises `CalledProcessError`."""
        command = [str(SERVER.parent / "rabbitmqctl"), *arguments]
        return subprocess.run(  # noqa: S603 - fixed command
            command, env=self._environment(), check=True, capture_output=True, text=True
        ).stdout

    def kill(self) -> None:
        """`kill -9`, as a machine that loses its power. `start` brings it back with its queues."""
        for process in (self._server, self._epmd):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._server = self._epmd = None

    def logs(self) -> list[Path]:
        """What the node wrote, and what its start said."""
        return sorted([*self.folder.glob("*.log"), *self.folder.glob("log/*.log")])

    def forget(self) -> None:
        """Of a node that is down: everything it had, queues, messages and all."""
        shutil.rmtree(self.folder / "mnesia", ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        epmd_port, dist_port = self._ports
        home = str(self.folder)
        return {
            "PATH": f"{SERVER.parent}:{os.environ.get('PATH', '/usr/bin:/bin')}:/usr/sbin",
            "HOME": home,  # the Erlang cookie is made there
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(dist_port),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": f"{home}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/plugins",
            "RABBITMQ_MNESIA_BASE": f"{home}/mnesia",
            "RABBITMQ_LOG_BASE": f"{home}/log",
            "RABBITMQ_PID_FILE": f"{home}/pid",
            # The node shares its machine with what it serves: idle schedulers must not spin, and a single
            # one boots for a third less of the processor's time.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none",
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
    """A running node in a temporary folder, gone afterwards; nobody waits for its goodbye."""
    folder = Path(mkdtemp(prefix="yiwang-mq-"))
    node = RabbitNode(folder)
    try:
        node.start()
        yield node
    finally:
        node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def start_epmd(port: int, log: Path) -> subprocess.Popen[bytes]:
    """The Erlang port mapper by which nodes of one machine find each other."""
    address = ("-address", "127.0.0.1", "-port", str(port))
    return start_tethered([shutil.which("epmd") or "epmd", *address], dict(os.environ), log)


def end(process: subprocess.Popen[bytes]) -> None:
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
