"""A page of the work list at a past moment, beside the same page now, as cases grow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.bench import Bench
from benchmarks.cases import grow
from benchmarks.histories import DAYS, DEPARTMENTS, FIRST_DAY, department_code
from benchmarks.result import Result, compared
from services.cases.bootstrap import CasesApplication
from services.cases.queries.work_list import list_cases
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.security.actor import Actor
from shared.service.calendar import seeded_calendar
from shared.service.call import Call

PAGES, LIMIT = 100, 50
THEN = FIRST_DAY + timedelta(days=DAYS // 2)
"""Half of the cases had come by then, and most of these have moved on since."""

_REBUILD = Path(__file__).parents[1] / "workers/rebuilding.py"


def measure(bench: Bench) -> Iterator[Result]:
    # With fewer a department has no full page by then.
    sizes = (max(8_000, bench.cases // 10), max(16_000, bench.cases))
    dsn, before = bench.empty_database(), 0
    then: list[list[float]] = []
    with closing(Database(dsn, size=2)) as db:
        for size in sizes:
            with bench.filling():
                grow(dsn, before, size)
            before = size
            subprocess.run(
                [sys.executable, str(_REBUILD), dsn, "work_list", "2"], check=True, capture_output=True
            )
            bench.checkpoint()
            past, now = _read(db, size)
            then.append(past)
    said = f"a department's first page of {LIMIT} at a moment {DAYS // 2} days into {DAYS}, {sizes[1]} cases"
    yield compared("past work-list page beside the present one", "ms", then[1], now, conditions=said)
    grown = f"{said} to {sizes[0]}"
    yield compared("past work-list page as cases grow", "ms", then[1], then[0], conditions=grown, at_most=1.2)


def _read(db: Database, seed: int) -> tuple[list[float], list[float]]:
    """Milliseconds of pages of the past and of the present, in turns, for clerks of changing departments."""
    app = cast(
        CasesApplication,
        SimpleNamespace(db=db, clock=SystemClock(), calendar=seeded_calendar(), name="cases"),
    )
    random, past, now = Random(seed), [], []
    for _ in range(PAGES):
        clerk = Actor(
            "clerk-1", frozenset({"clerk"}), department_code=department_code(random.randrange(DEPARTMENTS))
        )
        past.append(_page(app, clerk, THEN))
        now.append(_page(app, clerk, None))
    return past, now


def _page(app: CasesApplication, clerk: Actor, as_of: datetime | None) -> float:
    params: dict[str, Any] = {"limit": LIMIT} | ({"as_of": as_of} if as_of else {})
    began = perf_counter()
    found = list_cases(app, Call(clerk, params=params))
    took = (perf_counter() - began) * 1000
    if len(found.value["items"]) != LIMIT:
        raise RuntimeError("a page of the work list is not full")
    return took
