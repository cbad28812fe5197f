"""Audit of a whole store, every row hashed and held to its seal, against a plain SELECT of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from time import monotonic
from types import SimpleNamespace
from typing import Any, cast

import psycopg2

from benchmarks.bench import Bench
from benchmarks.figures.feed import fill
from benchmarks.result import Result, compared
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.runtime.folder import new_key_pair
from shared.seals.audit import audit_store
from shared.seals.signing import Ed25519Signer, load_public_keys
from shared.seals.taking import Sealing, seal_now
from shared.service.application import Application

STORED = 50_000
_SELECT = (
    "SELECT id, stream, version, type, schema_version, data::text, metadata::text, occurred_at, recorded_at,"
    " hash FROM events ORDER BY txid, position"
)


def measure(bench: Bench) -> Iterator[Result]:
    stored = STORED // 10 if bench.quick else STORED
    dsn = bench.database()
    fill(dsn, stored)
    signer = Ed25519Signer(new_key_pair()[0])
    with closing(Database(dsn, size=3)) as database:
        clock = SystemClock()
        store = PostgresEventStore(database, "bench", clock)
        app = Application("bench", clock, database, store, cast(Any, SimpleNamespace()))
        began = monotonic()
        seal_now(app, Sealing(signer))
        sealed = stored / (monotonic() - began)
        audit = partial(audit_store, database, "bench", load_public_keys(signer.public_pem))
        turns = {
            "audit": partial(_rate, stored, audit),
            "select": partial(_rate, stored, partial(_select, dsn)),
        }
        rounds = bench.take_turns(turns)
    said = f"{stored} events of 500 bytes in cache, all sealed (at {sealed:,.0f} events/s), 1 process"
    yield compared("audit of a store", "events/s", rounds["audit"], rounds["select"], conditions=said)


def _rate(events: int, work: Callable[[], object]) -> float:
    began = monotonic()
    work()
    return events / (monotonic() - began)


def _select(dsn: str) -> None:
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor("rows") as cursor:
        cursor.itersize = 2_000
        cursor.execute(_SELECT)
        for _ in cursor:
            pass
