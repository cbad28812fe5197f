"""Rebuild of the work list beside readers, and the time of a work-list page as cases grow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, sleep
from types import SimpleNamespace
from typing import Any, cast

from benchmarks.bench import Bench
from benchmarks.cases import grow
from benchmarks.histories import DEPARTMENTS, department_code
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, compared
from services.cases.bootstrap import CasesApplication
from services.cases.queries.work_list import list_cases
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.security.actor import Actor
from shared.service.call import Call

WORKERS, WANTED = 2, 30_000
PAGES, TURN, LIMIT, APART = 300, 10, 50, 0.01
"""Pages read of each size, how many in a row, cases per page, seconds between two pages."""

_SCRIPTS = Path(__file__).parents[1] / "workers"


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    # With fewer cases a department has no full page, and a short one is read faster for that alone.
    sizes = [max(2_500, bench.cases // 100), max(5_000, bench.cases // 10), bench.cases]
    with ExitStack() as stack:
        dbs: dict[int, Database] = {}
        built: list[dict[str, Any]] = []
        for size in sizes:
            dbs[size] = stack.enter_context(closing(Database(_grown(bench, size), size=2)))
            built.append(_finish(_rebuild(dbs[size].dsn)))
        bench.checkpoint()
        pages = _read_in_turns(dbs)
        rebuilding, meanwhile = _rebuild(dbs[sizes[-1]].dsn), []
        while rebuilding.poll() is None:
            meanwhile += _read(dbs[sizes[-1]], sizes[-1], TURN)
        again, quiet = _finish(rebuilding), pages[sizes[-1]]
    yield _rate(sizes[-1], again)
    yield _memory(sizes, built)
    said = f"{sizes[-1]} cases, a department's first page of {LIMIT}, {len(meanwhile)} pages read meanwhile"
    yield compared("work-list page during a rebuild", "ms", meanwhile, quiet, conditions=said, at_most=1.5)
    tails = [[quantiles(times, n=100)[98]] for times in (meanwhile, quiet)]
    yield compared("work-list page during a rebuild, 99 %", "ms", *tails, conditions=said)
    yield from _growth(pages)


def _growth(pages: dict[int, list[float]]) -> Iterator[Result | Curve]:
    few, *_, many = pages
    said = f"medians of {PAGES} pages of {LIMIT}, {many} cases to {few}, {TURN} of each in turns"
    name = "work-list page as cases grow"
    yield compared(name, "ms", pages[many], pages[few], conditions=said, at_most=1.2)
    lines = {"median": [(n, median(t)) for n, t in pages.items()],
             "99 %": [(n, quantiles(t, n=100)[98]) for n, t in pages.items()]}  # fmt: skip
    yield Curve("work-list-growth", "A department's first page of the work list", "cases", "ms", lines, True)


def _grown(bench: Bench, size: int) -> str:
    dsn = bench.empty_database()
    with bench.filling():
        grow(dsn, 0, size)
    return dsn


def _read_in_turns(dbs: dict[int, Database]) -> dict[int, list[float]]:
    """Few pages of each size at a time, so that what else the machine does is the same for all of them."""
    pages: dict[int, list[float]] = {size: [] for size in dbs}
    for db in dbs.values():
        _read(db, 0, DEPARTMENTS * 2)  # the first look at a page on disk is no matter of size
    for turn in range(PAGES // TURN):
        for size, db in dbs.items():
            pages[size] += _read(db, turn, TURN)
    return pages


def _rate(cases: int, done: dict[str, Any]) -> Result:
    rate = done["events"] / done["seconds"]
    said = (
        f"{cases} cases, {done['events']} events, {WORKERS} workers, {done['seconds']:.1f} s in all"
        f" (until the end of phase: {done['phases']}), a reader beside it, the copy found"
        f" {'different' if done['changed'] else 'the same'}"
    )
    met = rate >= WANTED and not done["changed"]
    name = "rebuild of the work list, from start to switch"
    return Result(name, round(rate, 1), "events/s", None, None, f">= {WANTED} events/s", said, met)


def _memory(sizes: list[int], built: list[dict[str, Any]]) -> Result:
    small, large = (built[index]["largest_worker_mb"] for index in (1, 2))
    said = f"largest worker at {sizes[2]} cases to {sizes[1]}"
    return compared("memory of a rebuild's worker", "MB", [large], [small], conditions=said, at_most=1.2)


def _rebuild(dsn: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(_SCRIPTS / "rebuilding.py"), dsn, "work_list", str(WORKERS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _finish(rebuilding: subprocess.Popen[str]) -> dict[str, Any]:
    out, _ = rebuilding.communicate()
    if rebuilding.returncode:
        raise RuntimeError(f"the rebuild ended with {rebuilding.returncode}")
    return cast("dict[str, Any]", json.loads(out.splitlines()[-1]))


def _read(db: Database, seed: int, pages: int) -> list[float]:
    """Milliseconds of each page, by the query of `GET /cases` itself, for clerks of changing departments."""
    app = cast(CasesApplication, SimpleNamespace(db=db, clock=SystemClock()))
    random, took = Random(seed), []
    for _ in range(pages):
        code = department_code(random.randrange(DEPARTMENTS))
        clerk = Actor("clerk-1", frozenset({"clerk"}), department_code=code)
        began = perf_counter()
        found = list_cases(app, Call(clerk, params={"limit": LIMIT}))
        took.append((perf_counter() - began) * 1000)
        if len(found.value["items"]) != LIMIT:
            raise RuntimeError("a page of the work list is not full")
        sleep(APART)
    return took
