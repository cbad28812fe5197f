"""`python -m tests.faults`: the long run, every fault again and again, and a table of what held."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import TypeVar

import click

from tests.faults import on_stack
from tests.faults.hurts import FAULTS
from tests.faults.making import world_of_its_own
from tests.faults.rounds import play
from tests.faults.table import Table

OUT = Path("test-output") / "faults.json"
Thing = TypeVar("Thing")


@click.command()
@click.option("--rounds", default=66, show_default=True, help="Faults on the world of two services.")
@click.option("--stack-rounds", default=26, show_default=True, help="Kills on the real services.")
@click.option("--seed", type=int, help="Plays the same faults in the same order; else a new one, printed.")
@click.option("--only", default="", help="Faults whose name contains this.")
def main(rounds: int, stack_rounds: int, seed: int | None, only: str) -> None:
    """Hurt platforms of real processes under load, and hold their history against a model."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))  # not without cleaning up
    seed = Random().randrange(1 << 32) if seed is None else seed
    print(f"seed {seed}", flush=True)
    tables = [table for table in (_world(rounds, seed, only), _stack(stack_rounds, seed, only)) if table.rows]
    for table in tables:
        table.print()
    OUT.parent.mkdir(exist_ok=True)
    whole = {"seed": seed, "tables": {table.title: table.as_dict() for table in tables}}
    OUT.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.exit(not all(table.held for table in tables))


def _world(rounds: int, seed: int, only: str) -> Table:
    """Ends at the first round that does not hold."""
    table, random = Table("Two services, two relays, a ticker", "see the faults"), Random(seed)
    faults = _order([fault for fault in FAULTS if only in fault.name], rounds, random)
    if not faults:
        return table
    with world_of_its_own(seed) as world:
        for fault in faults:
            if not table.round(
                f"{fault.name} ({fault.measured})", lambda f=fault: f.in_time(play(world, f, random))
            ):
                break
        table.title += f": {len(world.model)} events"
    return table


def _stack(rounds: int, seed: int, only: str) -> Table:
    table, random = Table("The six services on a stack", "until a new case is announced"), Random(seed)
    kills = on_stack.kills()
    names = _order([name for name in kills if only in name], rounds, random)
    if not names:
        return table
    with on_stack.city_under_load() as city:
        for name in names:
            if not table.round(f"{name} killed", lambda n=name: on_stack.play(city, kills[n], random)):
                break
    table.title += f": {len(city.load.acknowledged)} cases, each there once and announced once"
    return table


def _order(what: Sequence[Thing], rounds: int, random: Random) -> list[Thing]:
    """Each equally often, in any order."""
    found: list[Thing] = []
    while what and len(found) < rounds:
        found += random.sample(what, len(what))
    return found[:rounds]


if __name__ == "__main__":
    main(prog_name="python -m tests.faults")
