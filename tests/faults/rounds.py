"""One round: load, a fault, load again, and the model."""

from __future__ import annotations

import sys
from random import Random

from tests.faults.hurts import Fault
from tests.faults.world.world import World

LOAD = 40
"""Events before and after a fault, at most, beside those during it."""


def play(world: World, fault: Fault, random: Random, load: int = LOAD) -> float:
    """Answers what the fault measured, in seconds. Raises `AssertionError` when something did not hold, after
    it has printed the ends of all logs."""
    try:
        return _round(world, fault, random, load)
    except BaseException:
        world.tell(sys.stderr)
        raise


def _round(world: World, fault: Fault, random: Random, load: int) -> float:
    with world.load.running():
        world.load.more(random.randint(load // 4, load))
        try:
            took = fault.hurt(world, random)
        finally:
            world.heal()
        world.load.more(random.randint(load // 4, load))
    world.check()
    return took
