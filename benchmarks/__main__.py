"""`python -m benchmarks [FIGURE…]`: prints a table, writes `benchmarks/out/results.json` and pictures."""

from __future__ import annotations

import json
import os
import platform
import traceback
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime
from time import monotonic

import click

from benchmarks.bench import OUT, Bench
from benchmarks.figures import described, measure_of, names
from benchmarks.picture import Bars, Curve, overview
from benchmarks.result import Result

FIGURES = OUT / "figures"


@click.command()
@click.argument("figures", nargs=-1, metavar="[FIGURE]...")
@click.option("--quick", is_flag=True, help="Two short rounds: whether it runs, not how fast.")
@click.option("--cases", default=100_000, show_default=True, help="How many the large figures go up to.")
@click.option("--list", "listed", is_flag=True, help="Say what figures there are.")
def main(figures: tuple[str, ...], quick: bool, cases: int, listed: bool) -> None:
    """Measure all figures, or those named. Results of figures that are not run stay as they were.

    A figure that fails is told at the end, with exit code 1, and keeps nobody from the others.
    """
    if listed:
        for name in names():
            click.echo(f"{name:<12} {described(name)}")
        return
    unknown = set(figures) - set(names())
    if unknown:
        raise click.BadParameter(
            f"no such figure: {', '.join(sorted(unknown))}; there are {', '.join(names())}"
        )
    began, failed = monotonic(), []
    with closing(Bench(quick=quick, cases=cases)) as bench:
        for name in figures or names():
            click.echo(f"{name}: {described(name)}")
            if not _run(name, bench):
                failed.append(name)
            bench.forget()
    _gather()
    click.echo(f"{(monotonic() - began) / 60:.1f} minutes in all")
    if failed:
        raise click.ClickException(f"failed, and left as they were before: {', '.join(failed)}")


def _run(name: str, bench: Bench) -> bool:
    """Whether it came to its end. Whatever happens to one figure, the next begins."""
    began = monotonic()
    try:
        _keep(name, _measured(name, bench))
    except Exception:  # noqa: BLE001 - told here, and by name at the end
        click.echo(traceback.format_exc(), err=True)
        return False
    finally:
        click.echo(f"  {monotonic() - began:.0f} s")
    return True


def _measured(name: str, bench: Bench) -> list[Result]:
    """Prints results as they come; pictures go to their files. A figure that draws nothing gets bars."""
    found, drawn = [], 0
    for made in measure_of(name)(bench):
        if isinstance(made, Result):
            found.append(replace(made, conditions=f"{made.conditions}; {_machine(quick=bench.quick)}"))
            click.echo(f"  {made.line()}")
        else:
            _draw(made)
            drawn += 1
    if not drawn:
        for bars in overview(name, described(name), found):
            _draw(bars)
    return found


def _draw(made: Bars | Curve) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    picture = OUT / f"{made.name}.svg"
    picture.write_text(made.svg(), encoding="utf-8")
    click.echo(f"  picture: {picture}")


def _machine(*, quick: bool) -> str:
    said = (
        f"{os.cpu_count()} CPUs, {platform.machine()}, Python {platform.python_version()},"
        f" load average {os.getloadavg()[0]:.1f} at the end, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    )
    return f"{said}, quick run: not a measurement" if quick else said


def _keep(name: str, results: list[Result]) -> None:
    FIGURES.mkdir(parents=True, exist_ok=True)
    _write(f"figures/{name}.json", [asdict(each) for each in results])


def _gather() -> None:
    """One list of all figures' results, those of earlier runs among them: each says when it was taken."""
    whole = []
    for name in names():
        path = FIGURES / f"{name}.json"
        if path.exists():
            whole += json.loads(path.read_text("utf-8"))
    _write("results.json", whole)
    click.echo(f"written to {OUT / 'results.json'}")


def _write(name: str, what: list[dict[str, object]]) -> None:
    text = json.dumps(what, ensure_ascii=False, indent=1)
    (OUT / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
