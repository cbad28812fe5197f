"""`yiwang simulate`: a city's ordinary traffic on a virtual clock."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from time import monotonic

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shared.cli.demo import START
from shared.cli.options import json_option, show_json
from shared.cli.throwaway import throw_away_platform
from shared.clock import LEGAL_ZONE
from shared.simulation.city import City
from shared.simulation.plan import city_days
from shared.simulation.report import branch_rows, branch_table
from shared.simulation.run import Run, items_to_apply_for


@click.command("simulate", short_help="a city's traffic on a virtual clock")
@click.option("--days", type=click.IntRange(1, 3660), default=5, show_default=True, help="Days of traffic.")
@click.option(
    "--cases-per-day", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Cases a day."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same traffic.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day.  [default: 2026-03-02]")
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Keep the data folder here.")
@json_option
def command(
    days: int, cases_per_day: int, seed: int, start: datetime | None, keep: Path | None, as_json: bool
) -> None:
    """Let a city work for some days, on a throw-away platform (or in --keep), and say how its cases ended.

    Exit code 0 if every case ended where its script says.
    """
    begins = start.replace(hour=9, tzinfo=LEGAL_ZONE) if start else START
    console = Console(stderr=as_json)
    with throw_away_platform(begins, keep=keep) as platform:
        city = City(platform.url, platform.accounts(), platform.operator())
        plan = city_days(items_to_apply_for(city), days, cases_per_day, begins, seed)
        with Progress(
            TextColumn("[bold]cases"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, transient=True,
        ) as progress:  # fmt: skip
            bar = progress.add_task("cases", total=len(plan))
            run = Run(city, seed, on_end=lambda outcome: progress.advance(bar))
            began = monotonic()
            outcomes = run.drive(plan)
            seconds = monotonic() - began
        ended = city.now()
    wrong = [outcome for outcome in outcomes if not outcome.held]
    if as_json:
        show_json(
            {
                "days": days,
                "cases": len(outcomes),
                "actions": run.actions,
                "seconds": round(seconds, 1),
                "ended_at": ended.isoformat(),
                "branches": {name: count for name, count, _ in branch_rows(outcomes)},
                "wrong": [vars(outcome) for outcome in wrong],
            }
        )
    else:
        console.print(branch_table(outcomes))
        console.print(
            f"{len(outcomes)} cases, {run.actions} actions in {seconds:.1f} s; the city's time is {ended}"
        )
        for outcome in wrong:
            console.print(f"[red]{outcome.branch}[/] {outcome.case_no}: {outcome.problem or outcome.status}")
    sys.exit(1 if wrong else 0)
