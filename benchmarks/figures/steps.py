"""Where a microsecond goes: each step of an append and of a feed read by itself, in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from uuid import uuid4

from benchmarks.bench import Bench
from benchmarks.figures.feed import fill
from benchmarks.picture import Bars, Curve
from benchmarks.result import Result, absolute
from benchmarks.workers.payload import TYPE, payload
from shared.database.pool import Connection, Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.inserting import append_one_arguments
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.rows import Row, metadata_text, to_rows
from shared.eventstore.sealing import SHA256, canonical, chain_bytes

_SAID = "the lowest of many short runs, processor time of one process; under load two to four times as much"
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
PAGE = 1_000


def measure(bench: Bench) -> Iterator[Result | Bars | Curve]:
    times = 3 if bench.quick else 25
    dsn = bench.database()
    with closing(Database(dsn, size=1)) as database:
        store = PostgresEventStore(database, "bench")
        steps = _append_steps(store, database, times)
    yield from _told("append", "Append of one event, by step", steps)
    dsn = bench.database()
    fill(dsn, 5 * PAGE)
    with closing(Database(dsn, size=1)) as database:
        steps = _read_steps(PostgresEventStore(database, "bench"), database, times)
    yield from _told("read", "Feed read, by step, per event", steps)


def _told(what: str, title: str, steps: dict[str, float]) -> Iterator[Result | Bars]:
    for step, cost in steps.items():
        yield absolute(f"{what}: {step}", cost, "µs", conditions=_SAID)
    yield Bars(f"steps-{what}", title, "µs", {step: [cost] for step, cost in steps.items()}, "")


def _append_steps(store: PostgresEventStore, database: Database, times: int) -> dict[str, float]:
    body, by = payload(1), Metadata("clerk-1", "clerk", str(uuid4()), str(uuid4()))
    event = NewEvent(TYPE, body, AT)
    (row,) = to_rows(event.id.bytes, 0, b"", [event], None, by, AT, SHA256)
    with database.connection() as connection:
        cursor = connection.cursor()
        cursor.execute("SET synchronous_commit = off")
        steps = {
            "the event object with its id": _lowest(lambda: NewEvent(TYPE, body, AT), times),
            "data as canonical text": _lowest(lambda: canonical(body), times),
            "metadata as canonical text": _lowest(lambda: metadata_text(by), times),
            "hash over all of it": _lowest(partial(_chain, row), times),
            "values in binary": _lowest(lambda: append_one_arguments(row), times),
            "a round trip (SELECT 1)": _lowest(partial(cursor.execute, "SELECT 1"), times),
        }
    steps["a unit of work, its connection and its end"] = _lowest(partial(_empty, store), times)
    client, server = _both(database, partial(_append, store, by), times)
    return steps | {"client, all": client, "server, all, without waiting for the disk": server}


def _read_steps(store: PostgresEventStore, database: Database, times: int) -> dict[str, float]:
    client, server = _both(database, partial(store.read_feed, limit=PAGE), times * 4, calls=1)

    def looked_at(*names: str) -> float:
        """Beyond what the page itself costs."""

        def look() -> None:
            for event in store.read_feed(limit=PAGE).events:
                for name in names:
                    getattr(event, name)

        return (_both(database, look, times, calls=1)[0] - client) / PAGE

    return {
        "server": server / PAGE,
        "row to event object": client / PAGE,
        "data, when looked at": looked_at("data"),
        "metadata, when looked at": looked_at("metadata"),
        "ids, times and hash, when looked at": looked_at("id"),
    }


def _chain(row: Row) -> bytes:
    return chain_bytes(
        row.hash, row.id, row.stream, 2, row.type, 1, row.metadata, row.occurred_at, row.recorded_at,
        row.data, SHA256,
    )  # fmt: skip


def _empty(store: PostgresEventStore) -> None:
    with store.unit_of_work():
        return


def _append(store: PostgresEventStore, by: Metadata) -> None:
    with store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [NewEvent(TYPE, payload(1), AT)], by)


def _lowest(step: Callable[[], object], times: int, calls: int = 400) -> float:
    """Microseconds per call."""
    found = []
    for _ in range(times):
        began = perf_counter()
        for _ in range(calls):
            step()
        found.append((perf_counter() - began) / calls * 1e6)
    return min(found)


def _both(
    database: Database, step: Callable[[], object], times: int, calls: int = 400
) -> tuple[float, float]:
    """Processor time per call, here and in the server's process for the pool's one connection."""
    with database.connection() as connection:
        pid = _backend(connection)
    here, there = [], []
    for _ in range(times):
        client, server = process_time(), _used(pid)
        for _ in range(calls):
            step()
        here.append((process_time() - client) / calls * 1e6)
        there.append((_used(pid) - server) / calls * 1e6)
    return min(here), min(there)


def _backend(connection: Connection) -> int:
    return connection.info.backend_pid


def _used(pid: int) -> float:
    """Seconds on a processor, as Linux counts them to the nanosecond."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9
