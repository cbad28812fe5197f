"""The real gateway over a remote that notes what it was asked, with real signed tokens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from gateway_kit import NOW, SERVICES, House, Keys, NotingRemote
from werkzeug.test import Client

from services.gateway.application import Gateway
from services.gateway.settings import GatewaySettings
from shared.clock import SimulatedClock
from shared.security.tokens import TokenIssuer, TokenVerifier
from shared.service.application import Application

# Rendering a traceback with all local variables takes seconds.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


@pytest.fixture(scope="session")
def keys() -> Keys:
    return Keys()


@pytest.fixture
def make_house(keys: Keys, tmp_path: Path) -> Callable[..., House]:
    def make(remote: Any = None, *, clock: Any = None, **settings: Any) -> House:
        clock = clock or SimulatedClock(NOW)
        remote = remote or NotingRemote()
        app = Application(
            name="gateway",
            clock=clock,
            db=cast(Any, None),
            store=cast(Any, None),
            remote=remote,
            settings=GatewaySettings(**({"files_dir": tmp_path / "files"} | settings)),
            parts={"tokens": TokenVerifier(keys.public, clock.now), "services": SERVICES},
        )
        gateway = Gateway(app)
        return House(gateway, remote, clock, TokenIssuer(keys.private, clock.now), Client(gateway))

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()
