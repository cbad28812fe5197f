"""Feed read into event objects, one reader, pages of 1 000, against eventsourcing and a plain SELECT."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import partial
from uuid import uuid4

from benchmarks.bench import Bench, execute
from benchmarks.crew import Crew, eventsourcing_crew
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, compared
from benchmarks.workers.payload import TYPE, payload
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore

STORED, PAGE, PER_TICK = 50_000, 1_000, 100


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    stored = STORED // 10 if bench.quick else STORED
    dsn = bench.database()
    fill(dsn, stored)
    for looked_at, what, theirs in (
        ("objects", "event objects", "read"),
        ("data", "event objects and their data", "decode"),
    ):
        yield from _compare(bench, dsn, stored, looked_at, what, theirs)


def _compare(
    bench: Bench, dsn: str, stored: int, looked_at: str, what: str, theirs: str
) -> Iterator[Result | Bars]:
    ours, select = f"Yiwang, {what}", "plain SELECT"
    peer = "eventsourcing notifications"
    with ExitStack() as stack:
        crews = {
            ours: stack.enter_context(Crew("ours_reading.py", dsn, str(PAGE), looked_at, size=1)),
            peer: stack.enter_context(eventsourcing_crew(bench, theirs, size=1, page=PAGE, stored=stored)),
            select: stack.enter_context(Crew("selecting.py", dsn, str(PAGE), looked_at, size=1)),
        }
        rounds = bench.take_turns({who: partial(crew.round, bench.seconds) for who, crew in crews.items()})
    read = "JSON decoded by all three" if looked_at == "data" else "JSON decoded by nobody"
    said = (
        f"{stored} events in cache, {PER_TICK} per tick, pages of {PAGE}, 1 reader, {read},"
        f" {bench.rounds} alternating rounds of {bench.seconds:g} s"
    )
    for who, ratio in ((peer, 1.0), (select, 0.6)):
        name = f"feed read into {what}, against {who}"
        yield compared(name, "events/s", rounds[ours], rounds[who], conditions=said, at_least=ratio)
    yield Bars(f"feed-{looked_at}", f"Feed read, 1 reader, pages of {PAGE}, {read}", "events/s", rounds, ours)


def fill(dsn: str, events: int) -> None:
    """`PER_TICK` events of one stream per commit and tick."""
    with closing(Database(dsn, size=1)) as database:
        store = PostgresEventStore(database, "bench")
        for start in range(0, events, PER_TICK):
            now = SystemClock().now()
            facts = [NewEvent(TYPE, payload(number), now) for number in range(start, start + PER_TICK)]
            with store.unit_of_work() as unit:
                unit.append(uuid4(), 0, facts, Metadata("clerk-1", "clerk"))
            store.tick()
    execute(dsn, "VACUUM ANALYZE events")
