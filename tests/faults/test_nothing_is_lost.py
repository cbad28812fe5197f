"""A short round of every fault: under load, and then history is held against a model."""

from __future__ import annotations

from random import Random

import pytest

from tests.faults.hurts import FAULTS, Fault
from tests.faults.rounds import play
from tests.faults.world.world import World

pytestmark = pytest.mark.timeout(120)


SHORT = [fault for fault in FAULTS if not fault.long]


@pytest.mark.parametrize("fault", SHORT, ids=[fault.name for fault in SHORT])
def test_under(fault: Fault, world: World) -> None:
    play(world, fault, Random(fault.name), load=12)
