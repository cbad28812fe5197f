"""An owner of coins on a database that may be promoted, and subscribers with databases of their own."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Self
from uuid import uuid4

from shared.clock import SystemClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.messaging.published import feed_page
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscriber
from shared.readmodel.model import Subscription
from shared.service.application import Application
from shared.service.spec import ServiceSpec
from tests.faults.world import COINS, TILL

TILL_MODEL = TILL.read_models[0]


class Recorder:
    """Stands where the broker stands."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def publish_batch(self, messages: Sequence[dict[str, Any]]) -> None:
        self.events += [message for message in messages if message["type"] != "category.head"]

    def close(self) -> None:
        pass


class Owner:
    """The till on the given database; `new` makes its tables."""

    def __init__(self, dsn: str, *, new: bool = True) -> None:
        self._db, clock = Database(dsn), SystemClock()
        if new:
            migrate(self._db, TILL)
        store = PostgresEventStore(self._db, "till", clock)
        self.app = Application("till", clock, self._db, store, SimpleNamespace())  # type: ignore[arg-type]
        self.known_epoch = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, *worth: int) -> None:
        """A stream and a tick for each."""
        for each in worth:
            with self.app.store.unit_of_work() as unit:
                coin = NewEvent("coin.laid", {"worth": each}, self.app.clock.now())
                unit.append(uuid4(), 0, [coin], Metadata("clerk"))
            self.app.store.tick()

    def relay(self, publisher: Any, *, from_start: bool = False) -> None:
        if from_start:
            with self._db.transaction() as db:
                db.execute("DELETE FROM checkpoints WHERE subscriber = 'relay'")
        relay = Relay(self.app, TILL, publisher)
        while relay.step():
            pass
        relay.close()

    def pull(self, category: str, after: str, limit: int) -> dict[str, Any]:
        return feed_page(self.app.store, TILL, category, after, limit)

    def numbers(self) -> list[int]:
        return [event.data["worth"] for event in self.app.store.read_feed().events]

    def cursors(self) -> list[str]:
        return [event.cursor for event in self.app.store.read_feed().events]

    def epoch(self) -> str:
        return str(self._db.fetch("SELECT epoch FROM feed_epoch")[0]["epoch"])

    def total(self) -> int:
        return int(self._db.fetch("SELECT sum(total) AS total FROM rm_counted.counted")[0]["total"])

    def close(self) -> None:
        """Remembers the epoch, which can't be asked for later."""
        self.known_epoch = self.epoch()
        self._db.close()


class _Written(Subscription):
    name = "written"
    sources = (COINS,)
    from_start = True

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            db.execute("INSERT INTO seen (worth) VALUES (%s)", (event.data["worth"],))


class _News(_Written):
    from_start = False


class SeenBy:
    """A service that writes down what coins were worth; `follow` pulls what an owner has."""

    def __init__(self, dsn: str, *, from_start: bool = True) -> None:
        db, clock = Database(dsn), SystemClock()
        migrate(db, ServiceSpec("watcher", "none"))
        with db.transaction() as cursor:
            cursor.execute("CREATE TABLE seen (at bigint GENERATED ALWAYS AS IDENTITY, worth integer)")
        store = PostgresEventStore(db, "watcher", clock)
        self._app = Application("watcher", clock, db, store, SimpleNamespace())  # type: ignore[arg-type]
        self._what = _Written() if from_start else _News()
        self._subscribers: dict[int, Subscriber] = {}

    def subscriber(self, owner: Owner) -> Subscriber:
        """One per owner, as one process has it."""
        if id(owner) not in self._subscribers:
            self._subscribers[id(owner)] = Subscriber(self._app, self._what, "till", owner.pull)
        return self._subscribers[id(owner)]

    def follow(self, owner: Owner) -> None:
        self.subscriber(owner).pull_until_current()

    def seen(self) -> list[int]:
        return [row["worth"] for row in self._app.db.fetch("SELECT worth FROM seen ORDER BY at")]
