"""A bar that counts events, for long work on a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars


@contextmanager
def counting(what: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Events, rate and time left, on stderr; `total` may be an estimate. Call with how many came since."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn())  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), disable=quiet) as bars:
        line = bars.add_task(what, total=total or None, rate="")
        began, seen = monotonic(), 0

        def came(events: int) -> None:
            nonlocal seen
            seen += events
            rate = seen / max(monotonic() - began, 1e-9)
            bars.update(line, advance=events, rate=f"{rate:,.0f}/s", total=max(total, seen) or None)

        yield came
