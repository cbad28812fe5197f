"""A store with seals, and what a test does to it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid5

import psycopg2

from shared.clock import SimulatedClock
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.runtime.folder import new_key_pair
from shared.seals.audit import Audited, audit_store
from shared.seals.signing import Ed25519Signer, PublicKey, load_public_keys
from shared.seals.taking import Sealing, seal_due
from shared.service.application import Application

NIGHT = time(0, 30)
MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
STREAMS = [uuid5(UUID(int=0), str(number)) for number in range(4)]
A, B, C, D = STREAMS


@dataclass
class Sealed:
    """A store, its clock and its seals' keys."""

    dsn: str
    now: datetime = MORNING
    sealing: Sealing = field(default_factory=lambda: Sealing(Ed25519Signer(new_key_pair()[0]), NIGHT))

    by = Metadata(actor="u1", role="clerk")

    def __post_init__(self) -> None:
        self.db = Database(self.dsn, size=3)
        self.clock = SimulatedClock(self.now)
        store = PostgresEventStore(self.db, "cases", self.clock)
        self.app = Application("cases", self.clock, self.db, store, cast(Any, SimpleNamespace()))

    @property
    def keys(self) -> dict[str, PublicKey]:
        return load_public_keys(cast(Ed25519Signer, self.sealing.signer).public_pem)

    def append(self, stream: UUID, *numbers: int) -> None:
        number = STREAMS.index(stream) if stream in STREAMS else 9
        with self.app.store.unit_of_work() as unit:
            version = len(unit.read_stream(stream))
            unit.append(stream, version, [self.event(n, f"N{number}") for n in numbers], self.by)

    def event(self, n: int, case_no: str = "N9") -> NewEvent:
        return NewEvent("case.noted", {"case": {"case_no": case_no}, "n": n}, self.clock.now())

    def day_passes(self) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(days=1))

    def seal(self) -> int:
        taken = 0
        while seal_due(self.app, self.sealing):
            taken += 1
        return taken

    def audit(self) -> Audited:
        return audit_store(self.db, "cases", self.keys)

    def found(self) -> set[tuple[str, UUID | None, int | None]]:
        return {(str(one.kind), one.stream, one.version) for one in self.audit().findings.kept.values()}

    def tamper(self, *statements: str, **args: Any) -> None:
        """As a superuser who knows of the trigger and puts it back."""
        with closing(psycopg2.connect(self.dsn)) as connection, connection, connection.cursor() as cursor:
            for table in ("events", "seals", "seal_entries"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            for statement in statements:
                cursor.execute(statement, args)
                assert cursor.rowcount != 0, "nothing was tampered with"
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("events", "seals", "seal_entries"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER append_only")

    def change(self, stream: UUID, version: int, assignments: str, *further: str) -> None:
        update = f"UPDATE events SET {assignments} WHERE stream = %(stream)s AND version = %(version)s"  # noqa: S608
        self.tamper(update, *further, stream=str(stream), version=version)

    def delete(self, stream: UUID, version: int) -> None:
        self.tamper(
            "DELETE FROM events WHERE stream = %(stream)s AND version = %(version)s",
            stream=str(stream), version=version,
        )  # fmt: skip


def fill(store: Sealed) -> None:
    """Two sealed days and events after them, the streams mixed in the feed."""
    for day in range(2):
        for n in range(3):
            for stream in (A, B, C):
                store.append(stream, 10 * day + n)
            store.app.store.tick()
        store.append(D, day, day + 5)
        store.app.store.tick()
        store.day_passes()
        assert store.seal() == 1
    store.append(A, 30)
    store.append(B, 31, 32)
    store.app.store.tick()
    store.append(C, 33)
