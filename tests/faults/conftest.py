"""One world for all short rounds; the long run makes its own (`python -m tests.faults`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.testing.rabbitmq import installed
from tests.faults.making import world_of_its_own
from tests.faults.world.world import World


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    if not installed():
        pytest.skip("rabbitmq-server is not installed: apt-get install rabbitmq-server")
    with world_of_its_own(seed=20_261_122) as made:
        yield made
