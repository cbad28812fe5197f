"""`python -m tests.faults`: the long run, every fault again and again, and a table of what held."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from time import monotonic

import click

from tests.faults.hurts import FAULTS, Fault
from tests.faults.making import world_of_its_own
from tests.faults.rounds import play

OUT = Path("test-output") / "faults.json"


@dataclass
class Row:
    measured: str
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@click.command()
@click.option("--rounds", default=60, show_default=True, help="How many faults in all.")
@click.option("--seed", type=int, help="Plays the same faults in the same order; else a new one, printed.")
@click.option("--only", help="Faults whose name contains this.")
def main(rounds: int, seed: int | None, only: str | None) -> None:
    """Hurt a platform of real processes under load, and hold its history against a model after each fault."""
    seed = Random().randrange(1 << 32) if seed is None else seed
    print(f"seed {seed}", flush=True)
    random, rows = Random(seed), defaultdict[str, Row](lambda: Row(""))
    chosen = [fault for fault in FAULTS if only is None or only in fault.name]
    began = monotonic()
    with world_of_its_own(seed) as world:
        for number, fault in enumerate(_order(chosen, rounds, random), start=1):
            row = rows[fault.name]
            row.measured = fault.measured
            print(f"{monotonic() - began:6.0f} s  {number:3}/{rounds}  {fault.name}", end="", flush=True)
            try:
                row.seconds.append(play(world, fault, random))
            except AssertionError as error:
                row.failed.append(str(error))
                print(f"  DID NOT HOLD: {error}", flush=True)
                world.tell(sys.stderr)
                break
            print(f"  held, {row.seconds[-1]:.2f} s {fault.measured}", flush=True)
        events = len(world.model)
    _table(rows, seed, events)
    sys.exit(any(row.failed for row in rows.values()))


def _order(faults: list[Fault], rounds: int, random: Random) -> list[Fault]:
    """Each equally often, in any order."""
    found: list[Fault] = []
    while len(found) < rounds:
        found += random.sample(faults, len(faults))
    return found[:rounds]


def _table(rows: dict[str, Row], seed: int, events: int) -> None:
    print(f"\n{sum(len(row.seconds) for row in rows.values())} rounds, seed {seed}, {events} events\n")
    print("| fault | rounds | held | median | longest | what the seconds are |\n|---|---|---|---|---|---|")
    for name in (fault.name for fault in FAULTS if fault.name in rows):
        row = rows[name]
        held, times = len(row.seconds), row.seconds or [0.0]
        cells = (name, held + len(row.failed), held, f"{median(times):.1f} s", f"{max(times):.1f} s")
        print(f"| {' | '.join(map(str, cells))} | {row.measured} |")
    OUT.parent.mkdir(exist_ok=True)
    whole = {name: {"seconds": row.seconds, "failed": row.failed} for name, row in rows.items()}
    OUT.write_text(json.dumps({"seed": seed, "events": events, "faults": whole}, indent=1) + "\n")


if __name__ == "__main__":
    main(prog_name="python -m tests.faults")
