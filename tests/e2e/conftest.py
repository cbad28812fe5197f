"""A whole platform in a process of its own, driven from outside as its users drive it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from shared.cli.throwaway import ThrowAway, throw_away_platform
from shared.clock import LEGAL_ZONE
from shared.simulation.city import City

MONDAY = datetime(2026, 3, 2, 9, tzinfo=LEGAL_ZONE)


@pytest.fixture(scope="session")
def platform() -> Iterator[ThrowAway]:
    """One embedded platform with demo data for the whole run, on a virtual clock that starts on a Monday."""
    with throw_away_platform(MONDAY) as running:
        yield running


@pytest.fixture(scope="session")
def city(platform: ThrowAway) -> City:
    return City(platform.url, platform.accounts(), platform.operator())
