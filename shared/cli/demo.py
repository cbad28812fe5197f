"""`yiwang demo`: the main job from start to end, unattended, and proof that it held."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from time import monotonic

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shared.cli.options import json_option, show_json
from shared.cli.throwaway import ThrowAway, throw_away_platform
from shared.clock import LEGAL_ZONE
from shared.simulation.city import City
from shared.simulation.plan import every_branch
from shared.simulation.proof import Proof, prove
from shared.simulation.report import show
from shared.simulation.run import Run, items_to_apply_for

START = datetime(2026, 3, 2, 9, tzinfo=LEGAL_ZONE)
CASES = 350
"""More than there are pairs of a branch and an item it suits, so that each of them is tried."""


@click.command("demo", short_help="the main job, unattended")
@click.option(
    "--cases",
    type=click.IntRange(1),
    default=CASES,
    show_default=True,
    help="So many cases, but at least what each branch and each item need.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same people and order.")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the data folder here.")
@json_option
def command(cases: int, seed: int, keep: Path | None, as_json: bool) -> None:
    """Import a catalogue, run cases of every kind to their end, rebuild, verify, print the tables.

    Runs on a throw-away platform with a virtual clock, through the public API alone. Exit code 0 only if
    every case ended where its script says, nothing is parked, and every read model equals a replay.
    """
    console = Console(stderr=as_json)
    with throw_away_platform(START, keep=keep) as platform:
        proof = _demonstrate(platform, console, cases, seed)
    if as_json:
        show_json(proof.as_dict())
    else:
        show(console, proof)
    sys.exit(0 if proof.holds else 1)


def _demonstrate(platform: ThrowAway, console: Console, cases: int, seed: int) -> Proof:
    city = City(platform.url, platform.accounts(), platform.operator())
    items = items_to_apply_for(city)
    plan = every_branch(items, cases, START, seed)
    console.print(f"{len(items)} items, {len(plan)} cases, platform at {platform.url}")
    with Progress(
        TextColumn("[bold]cases"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True,
    ) as progress:  # fmt: skip
        bar = progress.add_task("cases", total=len(plan))
        run = Run(city, seed, on_end=lambda outcome: progress.advance(bar))
        began = monotonic()
        run.drive(plan)
        seconds = monotonic() - began
    console.print("rebuilding every read model, then verifying each against a replay")
    return prove(platform, city, run, seconds)
