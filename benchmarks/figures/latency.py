"""From the commit of an event to the row that shows it, at 500 events per second."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryFile
from time import monotonic, sleep

import psycopg2

from benchmarks.bench import Bench
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, absolute
from services.cases import SERVICE as CASES
from services.supervision import SERVICE as SUPERVISION
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.service.spec import ServiceSpec
from shared.testing.rabbitmq import private_rabbitmq

RATE = 500.0
LOOK = 0.002
"""Seconds between two looks at the read model; half of it is in every figure."""

LATE = 30.0
"""Seconds to wait for what was not shown when the last event was stored."""

_ROOT = Path(__file__).parents[2]
WORK_LIST, CASE_CLOCK = "rm_work_list.entry", "rm_case_clock.case_clock"

Stored = list[tuple[str, int, float]]
Shown = dict[str, list[tuple[int, float]]]
"""By stream, which version was seen when for the first time."""


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    seconds = 3.0 if bench.quick else 10.0
    dsn = _database(bench, CASES)
    with _process("embedded_latency", dsn, str(RATE), str(seconds)) as process:
        took, said = _measured(dsn, WORK_LIST, process)
    where = "one green process with ticker, the four read models of cases and the relay"
    yield from _results("append to work list, embedded", took, f"{said}, {where}", 15, 60)
    took, said = _through_rabbitmq(_database(bench, CASES), _database(bench, SUPERVISION), seconds)
    where = "cases, its relay, RabbitMQ and supervision a process each"
    yield from _results("append to case clock, through RabbitMQ", took, f"{said}, {where}", 25, 100)


def _results(name: str, took: list[float], said: str, middle: float, tail: float) -> Iterator[Result]:
    yield absolute(f"{name}, median", median(took), "ms", conditions=said, at_most=middle)
    yield absolute(f"{name}, 99 %", quantiles(took, n=100)[98], "ms", conditions=said, at_most=tail)


def _through_rabbitmq(cases: str, supervision: str, seconds: float) -> tuple[list[float], str]:
    with private_rabbitmq() as node, ExitStack() as stack:
        rest = (node.url, cases, supervision, str(RATE), str(seconds))
        for role in ("follows", "relays"):
            stack.enter_context(_process("stack_latency", role, *rest))
            sleep(2.0)  # the follower binds its queue before the relay publishes
        with _process("stack_latency", "appends", *rest) as process:
            return _measured(supervision, CASE_CLOCK, process, cases)


def _database(bench: Bench, spec: ServiceSpec) -> str:
    dsn = bench.empty_database()
    with closing(Database(dsn, size=1)) as db:
        migrate(db, spec)
    return dsn


class Worker:
    """A process of a figure. What it says goes to a file: nobody reads while it works, and a pipe is
    soon full."""

    def __init__(self, script: str, *args: str) -> None:
        command = [sys.executable, "-m", f"benchmarks.workers.{script}", *args]
        self._said = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - until `stop`
        self._process = subprocess.Popen(command, cwd=_ROOT, stdout=self._said, text=True)
        self.pid = self._process.pid

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def last_line(self) -> str:
        self._said.seek(0)
        return self._said.read().splitlines()[-1]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._said.close()


@contextmanager
def _process(script: str, *args: str) -> Iterator[Worker]:
    worker = Worker(script, *args)
    try:
        yield worker
    finally:
        worker.stop()


def _measured(dsn: str, table: str, process: Worker, stored_in: str | None = None) -> tuple[list[float], str]:
    """Milliseconds of each event but those of the first second, which is everybody's first page."""
    shown = _watch(dsn, table, process, stored_in or dsn)
    stored: Stored = json.loads(process.last_line())
    counted = [one for one in stored if one[2] >= stored[0][2] + 1.0]
    seen = [(_first(shown, stream, version), at) for stream, version, at in counted]
    late = sum(at is None for at, _ in seen)
    if late:
        raise RuntimeError(f"{late} of {len(counted)} events were never shown")
    took = [((at or 0.0) - stored_at) * 1000 for at, stored_at in seen]
    rate = len(counted) / (counted[-1][2] - counted[0][2])
    return took, f"{len(took)} events at {rate:.0f}/s, one per commit, looked at every {LOOK * 1000:g} ms"


def _watch(dsn: str, table: str, process: Worker, stored_in: str) -> Shown:
    """Looks until the process has ended and everything it stored is shown. Only rows are asked for that the
    look before could not see."""
    new = _NEW.format(table=table)
    shown: Shown = {}
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        seen, end = "1:1:", float("inf")
        while monotonic() < end:
            cursor.execute(new, (seen,))
            rows, now = cursor.fetchall(), monotonic()
            for stream, version, snapshot in rows:
                seen = snapshot
                if stream is not None:
                    shown.setdefault(stream, []).append((version, now))
            if process.ended:
                wanted = _heads(stored_in)
                if all(_first(shown, *head) is not None for head in wanted):
                    break
                end = min(end, now + LATE)
            sleep(LOOK)
    return shown


_NEW = """
SELECT e.stream::text, e.version, s.now::text FROM (SELECT pg_current_snapshot() AS now) s
LEFT JOIN {table} e ON NOT pg_visible_in_snapshot(e.xmin::text::xid8, %s::pg_snapshot)
"""


def _heads(dsn: str) -> list[tuple[str, int]]:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT stream::text, max(version) FROM events GROUP BY stream")
        return [(stream, version) for stream, version in cursor.fetchall()]


def _first(shown: Shown, stream: str, version: int) -> float | None:
    return next((at for known, at in shown.get(stream, ()) if known >= version), None)
