"""The stack shape on one machine: the same processes as in production.

On the RabbitMQ and the PostgreSQL databases that `YIWANG_AMQP_URL` and `YIWANG_<SERVICE>_DSN` name, and on
private ones in the data folder in place of what they don't name.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from shared.client.api import ApiClient, ApiProblem
from shared.config.settings import Settings, dsn_variable, level_number, read_settings
from shared.messaging.rpc_client import RpcClient
from shared.observability.logging import configure_logging
from shared.runtime.assemble import make_remote, migrate_service
from shared.runtime.checks import check_everything, check_port
from shared.runtime.children import Children
from shared.runtime.demo import write_demo_accounts
from shared.runtime.environment import own_environment
from shared.runtime.folder import DataFolder, write_private
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec
from shared.testing.rabbitmq import RabbitNode

READY_SECONDS = 120.0
TOKEN_RENEWAL_SECONDS = 600.0
BROKER = "YIWANG_AMQP_URL"
_OF_A_PROCESS = ("YIWANG_DATA", "YIWANG_BIND", "YIWANG_PORT", "YIWANG_LOG_FORMAT", "YIWANG_LOG_LEVEL")
"""Variables that a command beside the stack has no use for."""


class LocalStack:
    def __init__(
        self, data: Path, specs: Mapping[str, ServiceSpec], *, bind: str, port: int, metrics: int = 0
    ) -> None:
        self.folder = DataFolder(data)
        self.children = Children()
        self._specs = specs
        self._bind = bind
        self._port = port
        self._metrics = metrics
        self._postgres = OwnPostgres(self.folder.postgres)
        self.rabbit = None if os.environ.get(BROKER) else RabbitNode(self.folder.path / "rabbitmq")
        self.environment: dict[str, str] = {}
        self.settings: Settings | None = None
        self._renewed = 0.0

    @property
    def url(self) -> str:
        return self.settings.gateway_url if self.settings else ""

    def start(self) -> None:
        """Answers when `/readyz` does; ends what it began when that can't be reached."""
        self.folder.prepare()
        self.folder.lock()
        try:
            self._begin()
        except BaseException:
            self.stop()
            raise

    def announce(self) -> None:
        """Say where the stack is, so that commands find it. Call it when it is as complete as meant."""
        write_private(self.variables_file, _shell(self.command_environment))
        self.folder.announce(self.url)

    @property
    def variables_file(self) -> Path:
        """For a shell: `set -a; . DIR/stack.env`. Holds what `command_environment` does."""
        return self.folder.path / "stack.env"

    @property
    def command_environment(self) -> dict[str, str]:
        """The variables by which commands find this stack as they would find any other."""
        ours = {name: value for name, value in self.environment.items() if name.startswith("YIWANG_")}
        found = {name: value for name, value in ours.items() if name not in _OF_A_PROCESS}
        return found | {
            "YIWANG_GATEWAY_URL": self.url,
            "YIWANG_OPERATOR_TOKEN_FILE": str(self.folder.operator_token),
        }

    def watch(self) -> None:
        """Call now and then: starts again what has died, renews the operator's token."""
        self._postgres.watch()
        self.children.watch()
        if self.settings and monotonic() - self._renewed > TOKEN_RENEWAL_SECONDS:
            self._renewed = monotonic()
            self.folder.write_operator_token(self.settings.clock)

    def stop(self) -> None:
        self.folder.withdraw()
        self.children.stop()
        if self.rabbit:
            self.rabbit.stop()
        self._postgres.stop()
        self.folder.unlock()

    def demonstrate(self) -> list[dict[str, Any]]:
        assert self.settings is not None  # noqa: S101 - told to the type checker
        client = RpcClient(self.settings.amqp_url, "stack")
        client.start()
        try:
            return write_demo_accounts(make_remote(self.settings, "stack", client), self.folder)
        finally:
            client.stop()

    def _begin(self) -> None:
        port = check_port(self._bind, self._port)
        self.folder.ensure_secrets()
        self.environment = self._provide({"YIWANG_BIND": self._bind, "YIWANG_PORT": str(port)})
        self.settings = read_settings(self._specs, self.environment)
        configure_logging(level_number(self.settings), self.settings.log_format, "stack")
        check_everything(self.settings, self._specs.values())
        self.settings.files_dir.mkdir(parents=True, exist_ok=True)
        for spec in self._specs.values():
            migrate_service(self.settings, spec)
        self._spawn_all(self.environment)
        self._await_ready()
        self.folder.write_operator_token(self.settings.clock)

    def _provide(self, listen: Mapping[str, str]) -> dict[str, str]:
        """Start what nobody has given, broker and database at once, and name it all."""
        given = dict(os.environ) | dict(listen)
        lacking = [
            spec
            for spec in self._specs.values()
            if spec.owns_database and not given.get(dsn_variable(spec.name))
        ]
        with ThreadPoolExecutor(1) as beside:
            broker = beside.submit(self.rabbit.start) if self.rabbit else None
            if lacking:
                self._postgres.start()
            made = own_environment(self.folder, self._postgres, lacking, given)
            if broker and self.rabbit:
                broker.result()
                made[BROKER] = self.rabbit.url
        return made

    def _spawn_all(self, environment: dict[str, str]) -> None:
        port = self._metrics
        relays = [("relay", name) for name, spec in self._specs.items() if spec.categories]
        owners = sorted(self._specs.values(), key=lambda spec: not spec.owns_database)
        for command, name in [*(("run", spec.name) for spec in owners), *relays]:
            own = environment | {"YIWANG_METRICS_PORT": str(port)}
            self.children.start(f"{command} {name}", command, name, environment=own)
            port += 1 if port else 0

    def _await_ready(self) -> None:
        client = ApiClient(self.url, timeout=10)
        end = monotonic() + READY_SECONDS
        while True:
            try:
                client.get("/readyz")
                return
            except ApiProblem as problem:
                if monotonic() > end:
                    raise RuntimeError(f"not ready after {READY_SECONDS:.0f} s: {problem}") from problem
            self.children.watch()
            sleep(0.3)


def _shell(environment: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(environment.items()))
