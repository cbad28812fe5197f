"""A store with everything in it that a backup has to keep, on toy events one of whose fields is personal."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid5

from marshmallow import Schema, fields

from shared.clock import SimulatedClock
from shared.database.pool import Database
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.personal.declaration import PERSONAL, Declaration
from shared.readmodel.projector import catch_up
from shared.runtime.folder import new_key_pair
from shared.seals.audit import Audited, audit_store
from shared.seals.signing import Ed25519Signer, load_public_keys
from shared.seals.taking import Sealing, seal_due
from shared.service.application import Application
from shared.service.spec import ServiceSpec
from shared.testing.toy import PebbleCount, publish
from shared.testing.vault import new_vault


class Laid(Schema):
    colour = fields.String()
    size = fields.String()
    subject = fields.String()
    owner = fields.String(metadata=PERSONAL)


DECLARATION = Declaration({("pebble.laid", 2): Laid}, lambda type, data: data.get("subject"))
COUNT = PebbleCount()
SPEC = ServiceSpec(
    "keeper", "none", migrations="shared.testing.toy.migrations", categories=("pebble",), publish=publish,
    read_models=(COUNT,),
)  # fmt: skip
SIGNER = Ed25519Signer(new_key_pair()[0])
MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)
NIGHT = time(0, 30)
STREAMS = [uuid5(UUID(int=1), str(number)) for number in range(4)]


class Place:
    """A database, and the store in it as a running service has it."""

    def __init__(self, dsn: str, now: datetime = MORNING) -> None:
        self.dsn = dsn
        self.db = Database(dsn, size=3, vault=new_vault(DECLARATION))
        self.clock = SimulatedClock(now)
        self.store = PostgresEventStore(self.db, "keeper", self.clock)
        self.app = Application("keeper", self.clock, self.db, self.store, cast(Any, SimpleNamespace()))

    def lay(self, stream: UUID, *colours: str) -> None:
        with self.store.unit_of_work() as unit:
            version = len(unit.read_stream(stream))
            laid = [
                {"colour": colour, "size": "small", "subject": f"s-{stream}", "owner": f"张{colour}"}
                for colour in colours
            ]
            events = [NewEvent("pebble.laid", data, self.clock.now()) for data in laid]
            unit.append(stream, version, events, Metadata(actor="u1", role="clerk"))

    def command(self, key: str, answer: dict[str, Any]) -> dict[str, Any] | None:
        """What was answered before, if it was."""
        with self.store.unit_of_work() as unit:
            known = unit.begin_command("u1", key, "f")
            if known is None:
                unit.finish_command(answer)
            return known

    def day_passes(self) -> None:
        self.clock.advance_to(self.clock.now() + timedelta(days=1))
        seal_due(self.app, Sealing(SIGNER, NIGHT))

    def feed(self, after: str = "") -> list[Event]:
        self.store.tick()
        found, cursor = [], after
        while True:
            page = self.store.read_feed(cursor, limit=7)
            found += page.events
            cursor = page.cursor
            if page.head_at is not None:
                return found

    def counted(self) -> dict[str, int]:
        self.store.tick()
        catch_up(self.app, COUNT)
        rows = self.db.fetch("SELECT colour, number FROM rm_pebble_count.pebbles")
        return {row["colour"]: row["number"] for row in rows}

    def audit(self) -> Audited:
        return audit_store(self.db, "keeper", load_public_keys(SIGNER.public_pem))


def fill(place: Place) -> None:
    """Two sealed days, a commit between two events of another one, and events that no seal or tick shows."""
    for day in range(2):
        for number in range(4):
            for stream in STREAMS:
                place.lay(stream, f"c{number}")
            place.store.tick()
        with place.store.unit_of_work() as slow:
            slow.append(STREAMS[3], 4 + 6 * day, [event(place)], Metadata())
            place.lay(STREAMS[2], "between")
            place.store.tick()
            slow.append(STREAMS[3], 5 + 6 * day, [event(place)], Metadata())
        place.store.tick()
        place.day_passes()
    place.lay(STREAMS[0], *["many"] * 1200)
    place.store.tick()
    place.lay(STREAMS[1], "last")
    place.command("k1", {"case_no": "N1"})
    with place.db.transaction() as cursor:
        cursor.execute("INSERT INTO told (event_id, colour) VALUES (gen_random_uuid(), 'told\t\"one\"\n')")
        cursor.execute(
            "INSERT INTO checkpoints"
            " (subscriber, source, category, cursor, last_event, last_stream, last_version)"
            " SELECT 'teller', 'keeper', 'pebble', 'old-1-1', id, stream, version FROM events"
            " WHERE stream = %s AND version = 3",
            (str(STREAMS[1]),),
        )


def event(place: Place) -> NewEvent:
    data = {"colour": "slow", "size": "large", "subject": "s-slow", "owner": "李慢"}
    return NewEvent("pebble.laid", data, place.clock.now())
