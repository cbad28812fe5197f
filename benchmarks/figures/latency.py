"""From the commit of an event to the row that shows it, at 500 events per second."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, sleep

import psycopg2

from benchmarks.bench import Bench
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, absolute
from services.cases import SERVICE
from shared.database.migrate import migrate
from shared.database.pool import Database

RATE = 500.0
LOOK = 0.002
"""Seconds between two looks at the read model; half of it is in every figure."""

_ROOT = Path(__file__).parents[2]
_NEW = """
SELECT e.stream::text, e.version, s.now::text FROM (SELECT pg_current_snapshot() AS now) s
LEFT JOIN rm_work_list.entry e ON NOT pg_visible_in_snapshot(e.xmin::text::xid8, %s::pg_snapshot)
"""


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    seconds = 3.0 if bench.quick else 10.0
    dsn = bench.empty_database()
    with closing(Database(dsn, size=1)) as db:
        migrate(db, SERVICE)
    took, rate = _embedded(dsn, seconds)
    said = (
        f"{len(took)} events at {rate:.0f}/s, one per commit, in one green process with ticker, the four read"
        f" models of cases and the relay; looked at every {LOOK * 1000:g} ms"
    )
    name = "append to work list, embedded"
    yield absolute(f"{name}, median", median(took), "ms", conditions=said, at_most=15)
    yield absolute(f"{name}, 99 %", quantiles(took, n=100)[98], "ms", conditions=said, at_most=60)


def _embedded(dsn: str, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of each event, and how many there were a second."""
    command = [sys.executable, "-m", "benchmarks.workers.embedded_latency", dsn, str(RATE), str(seconds)]
    process = subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True)
    shown = _watch(dsn, process)
    out, _ = process.communicate()
    stored = json.loads(out.splitlines()[-1])
    began = stored[0][2] + 1.0  # the first second is everybody's first page
    counted = [(stream, version, at) for stream, version, at in stored if at >= began]
    late = [key for *key, _ in counted if _first(shown, *key) is None]
    if late:
        raise RuntimeError(f"{len(late)} of {len(counted)} events were never shown")
    took = [(float(_first(shown, stream, version) or 0) - at) * 1000 for stream, version, at in counted]
    return took, len(counted) / (counted[-1][2] - counted[0][2])


Shown = dict[str, list[tuple[int, float]]]
"""By stream, which version was seen when for the first time."""


def _watch(dsn: str, process: subprocess.Popen[str]) -> Shown:
    """Looks until the process ends. Only rows are asked for that the look before could not see."""
    shown: Shown = {}
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        seen, ended = "1:1:", False
        while not ended:
            ended = process.poll() is not None  # and one look after that
            cursor.execute(_NEW, (seen,))
            rows, now = cursor.fetchall(), monotonic()
            for stream, version, snapshot in rows:
                seen = snapshot
                if stream is not None:
                    shown.setdefault(stream, []).append((version, now))
            sleep(LOOK)
    return shown


def _first(shown: Shown, stream: str, version: int) -> float | None:
    return next((at for known, at in shown.get(stream, ()) if known >= version), None)
