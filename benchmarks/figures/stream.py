"""Loading a stream and folding it to its state, by its length: where snapshots would begin to pay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from time import monotonic
from uuid import UUID, uuid4

from benchmarks.bench import Bench, execute
from benchmarks.result import Result, compared
from benchmarks.workers.payload import TYPE, payload
from services.cases.streams import fold
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore

LENGTHS = (10, 100, 1_000, 10_000)
AT_ONCE = 1_000


def measure(bench: Bench) -> Iterator[Result]:
    with closing(Database(bench.database(), size=1)) as database:
        store = PostgresEventStore(database, "bench")
        streams = {length: _stream(store, length) for length in LENGTHS}
        execute(database.dsn, "VACUUM ANALYZE events")
        turns = {str(n): partial(_milliseconds, bench, store, stream) for n, stream in streams.items()}
        rounds = bench.take_turns(turns)
    said = f"500-byte events in cache, one round trip, {bench.rounds} alternating rounds"
    for length in LENGTHS[1:]:
        name = f"load and fold a stream of {length} events, against one of {LENGTHS[0]}"
        yield compared(name, "ms", rounds[str(length)], rounds[str(LENGTHS[0])], conditions=said)


def _stream(store: PostgresEventStore, length: int) -> UUID:
    stream, now = uuid4(), SystemClock().now()
    for start in range(0, length, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, length))
        with store.unit_of_work() as unit:
            facts = [NewEvent(TYPE, payload(number), now) for number in numbers]
            unit.append(stream, start, facts, Metadata("clerk-1", "clerk"))
    return stream


def _milliseconds(bench: Bench, store: PostgresEventStore, stream: UUID) -> float:
    """The mean of as many loads as fit in a round's time."""
    began, loads = monotonic(), 0
    while not loads or monotonic() - began < bench.seconds / 4:
        fold(store.read_stream(stream))
        loads += 1
    return (monotonic() - began) / loads * 1000
