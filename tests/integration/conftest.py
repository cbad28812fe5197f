"""Fixtures for tests with real processes: a private RabbitMQ, the toy platform's settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.runtime.folder import new_key_pair
from shared.testing.postgres import private_database
from shared.testing.rabbitmq import RabbitNode, installed, private_rabbitmq


@pytest.fixture(scope="session")
def rabbit() -> Iterator[RabbitNode]:
    if not installed():
        pytest.skip("rabbitmq-server is not installed: apt-get install rabbitmq-server")
    with private_rabbitmq() as node:
        yield node


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """The same test on both brokers."""
    if request.param == "embedded":
        return "yiwang-memory://toys"
    node: RabbitNode = request.getfixturevalue("rabbit")
    return node.url


@pytest.fixture
def toy_environment(postgres_server: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Everything the toy platform needs but the broker."""
    _, public = new_key_pair()
    seal_key, _ = new_key_pair()
    with private_database(postgres_server) as keeper, private_database(postgres_server) as teller:
        yield {
            "YIWANG_KEEPER_DSN": keeper,
            "YIWANG_TELLER_DSN": teller,
            "YIWANG_TOKEN_PUBLIC_KEY": public,
            "YIWANG_SERVICE_SECRET": "a secret of the toys, long enough for HS256",
            "YIWANG_SEAL_KEY": seal_key,
            "YIWANG_DATA": str(tmp_path),
        }
