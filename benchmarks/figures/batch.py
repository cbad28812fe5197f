"""Append, 100 events per commit, 4 writers, against raw COPY of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.crew import Crew
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, compared

WRITERS, BATCH = 4, 100
OURS = "Yiwang, full row with hash and metadata"
COPY = "COPY of ready-made rows"


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    with (
        Crew("ours.py", bench.database(), str(BATCH), size=WRITERS) as ours,
        Crew("copying.py", bench.database(), str(BATCH), size=WRITERS) as copy,
    ):
        crews = {OURS: ours, COPY: copy}
        rounds = bench.take_turns({who: partial(crew.round, bench.seconds) for who, crew in crews.items()})
    said = (
        f"{WRITERS} processes, {BATCH} events of one stream per commit, 500 bytes each,"
        f" fsync and synchronous_commit on, {bench.rounds} alternating rounds of {bench.seconds:g} s"
    )
    name = f"append, {BATCH} events per commit, against raw COPY"
    yield compared(name, "events/s", rounds[OURS], rounds[COPY], conditions=said, at_least=0.5)
    yield Bars("batch", f"Append, {BATCH} events per commit, {WRITERS} writers", "events/s", rounds, OURS)
