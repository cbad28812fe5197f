"""The whole platform in one process: PostgreSQL beside it, everything else inside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from threading import Event
from typing import Any

from shared.config.settings import MEMORY_BROKER, Settings, level_number, read_settings
from shared.observability.logging import configure_logging
from shared.observability.metrics import serve_metrics
from shared.runtime.assemble import migrate_service
from shared.runtime.checks import check_everything, check_port
from shared.runtime.demo import write_demo_accounts
from shared.runtime.environment import own_environment
from shared.runtime.folder import TOKEN_LIFETIME, DataFolder
from shared.runtime.host import Host
from shared.runtime.loops import Loop
from shared.runtime.postgres import OwnPostgres
from shared.service.spec import ServiceSpec

_LOOK_SECONDS = 0.2


class EmbeddedPlatform:
    """`start`, then `host.wait` or whatever else, then `stop`. The process must be green already."""

    def __init__(self, data: Path, specs: Mapping[str, ServiceSpec], *, bind: str, port: int) -> None:
        self.folder = DataFolder(data)
        self._specs = specs
        self._bind = bind
        self._port = port
        self._postgres = OwnPostgres(self.folder.postgres)
        self._host: Host | None = None
        self._settings: Settings | None = None

    @property
    def host(self) -> Host:
        if self._host is None:
            raise RuntimeError("the platform is not started")
        return self._host

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            raise RuntimeError("the platform is not started")
        return self._settings

    @property
    def url(self) -> str:
        return self.settings.gateway_url

    def start(self) -> None:
        """Answers when everything consumes. What was begun is ended again if it can't be finished."""
        self.folder.prepare()
        self.folder.lock()
        try:
            port = check_port(self._bind, self._port)
            self._begin(port)
        except BaseException:
            self.stop()
            raise

    def announce(self) -> None:
        """Say where the platform is, so that commands find it. Call it when it is as complete as meant."""
        self.folder.announce(self.settings.gateway_url)

    def stop(self) -> None:
        """Finish the work at hand, then PostgreSQL. The folder is free afterwards."""
        if self._host is not None:
            self._host.stop()
            self._host = None
        self.folder.withdraw()
        self._postgres.stop()
        self.folder.unlock()

    def demonstrate(self) -> list[dict[str, Any]]:
        """Make the demo accounts if they are not there, and write down how to sign in with them."""
        return write_demo_accounts(self.host.services["gateway"].app.remote, self.folder)

    def _begin(self, port: int) -> None:
        self.folder.ensure_secrets()
        self._postgres.start()
        # The services' own settings read the same variables, so they are set rather than handed on.
        given = dict(os.environ) | {"YIWANG_BIND": self._bind, "YIWANG_PORT": str(port)}
        given["YIWANG_AMQP_URL"] = MEMORY_BROKER
        os.environ.update(own_environment(self.folder, self._postgres, self._specs.values(), given))
        self._settings = settings = read_settings(self._specs)
        configure_logging(level_number(settings), settings.log_format, "embedded")
        check_everything(settings, self._specs.values())
        settings.files_dir.mkdir(parents=True, exist_ok=True)
        for spec in self._specs.values():
            migrate_service(settings, spec)
        serve_metrics(settings.metrics_port, settings.bind)
        self._host = Host(settings, self._specs.values())
        self._host.start()
        self._host.wait_until_ready()
        self._host.start_relays()
        self.folder.write_operator_token(settings.clock)
        self._host.loops.start(Loop("platform", "operator-token", self._renew_token))

    def _renew_token(self, stop: Event) -> None:
        """By the platform's clock, which may be a simulated one that jumps a month."""
        clock = self.settings.clock
        written = clock.now()
        while not stop.wait(_LOOK_SECONDS):
            if clock.now() - written > TOKEN_LIFETIME / 4:
                written = clock.now()
                self.folder.write_operator_token(clock)
