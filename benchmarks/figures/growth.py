"""Append, one event per commit, in stores of ten thousand to a million cases: cost as data grows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median

from benchmarks.bench import Bench, execute
from benchmarks.crew import Crew
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, compared
from benchmarks.workers.payload import TYPE, text

WRITERS = 4

_FILL = """
INSERT INTO events (id, stream, version, type, schema_version, data, metadata, occurred_at, recorded_at, hash)
SELECT gen_random_uuid(), gen_random_uuid(), 1, %s, 1, %s, '{"actor":"clerk-1","role":"clerk"}', now(), now(),
    '\\x01' || sha256(n::text::bytea)
FROM generate_series(1, %s) AS n
"""


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    sizes = (1_000, 3_000, 10_000) if bench.quick else (10_000, 100_000, 1_000_000)
    with ExitStack() as stack:
        crews = {size: stack.enter_context(_crew(bench, size)) for size in sizes}
        rounds = bench.take_turns({f"{n:,}": partial(crews[n].round, bench.seconds) for n in sizes})
    few, *more = (f"{size:,}" for size in sizes)
    said = (
        f"{WRITERS} processes, new cases of 10 events beside those that lie there with one event each, random"
        f" stream ids, a checkpoint before each, {bench.rounds} rounds of {bench.seconds:g} s in turns"
    )
    for many in more:
        name = f"append with {many} cases in the store, against {few}"
        yield compared(name, "events/s", rounds[many], rounds[few], conditions=said, at_least=0.8)
    points = [(float(size), median(rounds[f"{size:,}"])) for size in sizes]
    title = f"Append, one event per commit, {WRITERS} writers, as the store grows"
    yield Curve(
        "growth", title, "cases in the store", "events/s", {"appends per second": points}, logarithmic=True
    )


def _crew(bench: Bench, cases: int) -> Crew:
    dsn = bench.database()
    with bench.filling():
        execute(dsn, _FILL, (TYPE, text(1), cases))
        execute(dsn, "VACUUM ANALYZE events")
    return Crew("ours.py", dsn, "1", size=WRITERS)
