"""Append, one event per commit, 8 writers, against the peers and against pgbench."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from benchmarks.bench import Bench
from benchmarks.crew import Crew, eventsourcing_crew
from benchmarks.pgbench import Pgbench
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, compared

WRITERS = 8
OURS = "Yiwang, full row with hash and metadata"
EVENTSOURCING = "eventsourcing, default recorder"
MESSAGE_DB = "message-db, a category per writer"
PGBENCH = "pgbench -M prepared, the same row"


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    with ExitStack() as stack:
        crews = {
            OURS: stack.enter_context(Crew("ours.py", bench.database(), "1", size=WRITERS)),
            EVENTSOURCING: stack.enter_context(eventsourcing_crew(bench, "append", size=WRITERS)),
            MESSAGE_DB: stack.enter_context(_message_db_crew(bench)),
            PGBENCH: Pgbench(bench.database(), WRITERS),
        }
        rounds = bench.take_turns({who: partial(crew.round, bench.seconds) for who, crew in crews.items()})
    said = (
        f"{WRITERS} processes with a connection each, 500-byte events, 10 per stream, fsync and"
        f" synchronous_commit on, {bench.rounds} alternating rounds of {bench.seconds:g} s"
    )
    wanted = {EVENTSOURCING: 5.0, MESSAGE_DB: 1.3, PGBENCH: 0.6}
    for who, ratio in wanted.items():
        name = f"append, 1 event per commit, against {who}"
        yield compared(name, "events/s", rounds[OURS], rounds[who], conditions=said, at_least=ratio)
    yield Bars("append", f"Append, one event per commit, {WRITERS} writers", "events/s", rounds, OURS)


def _message_db_crew(bench: Bench) -> Crew:
    dsn = bench.empty_database()
    bench.peers.install_message_db(dsn)
    return Crew("with_message_db.py", dsn, size=WRITERS, python=bench.peers.python)
