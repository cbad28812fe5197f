"""The same promises on both shapes: all in one process, and every service a process on a real broker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.simulation.city import City
from shared.testing.rabbitmq import installed
from tests.e2e.shapes.kit import Stack, running_stack


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Not for the whole session: eleven processes would be company for every test after these."""
    if not installed():
        pytest.skip("rabbitmq-server is not installed: apt-get install rabbitmq-server")
    with running_stack(tmp_path_factory.mktemp("stack") / "data") as running:
        yield running


@pytest.fixture(scope="package")
def stack_city(stack: Stack) -> City:
    return stack.city()


@pytest.fixture(scope="module", params=["embedded", "stack"])
def anywhere(request: pytest.FixtureRequest) -> City:
    """The platform in either shape. Only the embedded one has a virtual clock."""
    city: City = request.getfixturevalue({"embedded": "city", "stack": "stack_city"}[request.param])
    return city
