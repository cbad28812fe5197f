"""The tables a demo prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from shared.simulation.proof import Proof
from shared.simulation.run import Outcome


def show(console: Console, proof: Proof) -> None:
    console.print(branch_table(proof.outcomes))
    _counts(console, "cases by status", proof.statuses)
    _counts(console, "cases by form", proof.forms)
    _counts(console, "events by type", proof.events)
    _counts(console, "cards by level", proof.cards)
    _counts(console, "messages by state", proof.messages)
    rates = Table("what", "value", title="rates")
    rates.add_row("cases", str(len(proof.outcomes)))
    rates.add_row("actions through the API", str(proof.actions))
    rates.add_row("seconds", f"{proof.seconds:.1f}")
    rates.add_row("actions per second", f"{proof.actions / proof.seconds:.1f}")
    console.print(rates)
    console.print(proof.rebuilt, highlight=False)
    console.print(proof.verified, highlight=False)
    for failure in proof.failures:
        console.print(f"[red]✗[/] {failure}", highlight=False)
    console.print("[green]everything holds[/]" if proof.holds else "[red]something does not hold[/]")


def branch_rows(outcomes: list[Outcome]) -> list[tuple[str, int, int]]:
    """(branch, cases, of these ended as meant)"""
    held = Counter(outcome.branch for outcome in outcomes if outcome.held)
    return [(name, count, held[name]) for name, count in sorted(Counter(o.branch for o in outcomes).items())]


def branch_table(outcomes: list[Outcome]) -> Table:
    table = Table("branch", "cases", "ended as meant", title="branches")
    for name, count, held in branch_rows(outcomes):
        table.add_row(name, str(count), str(held) if held == count else f"[red]{held}[/]")
    return table


def _counts(console: Console, title: str, counts: Mapping[str, int]) -> None:
    table = Table("", "count", title=title)
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        table.add_row(name, str(count))
    console.print(table)
