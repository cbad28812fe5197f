"""The event store on PostgreSQL.

No lock on the write path: the unique key on (stream, version) is the whole of the concurrency
control, and ticks give readers an order that no slow or foreign transaction can disturb.
"""

from __future__ import annotations

from uuid import UUID

from shared.clock import Clock, SystemClock
from shared.database.pool import Database
from shared.eventstore import feed
from shared.eventstore.event import Event
from shared.eventstore.rows import read_stream
from shared.eventstore.sealing import SHA256, Algorithm
from shared.eventstore.store import FeedPage
from shared.eventstore.tail import Tail
from shared.eventstore.unit import PostgresUnitOfWork


class PostgresEventStore:
    """`source` is the owning service's name, stamped on what is read; `algorithm` hashes what is appended."""

    def __init__(
        self, db: Database, source: str, clock: Clock | None = None, *, algorithm: Algorithm = SHA256
    ) -> None:
        self._db = db
        self._source = source
        self._clock = clock or SystemClock()
        self._algorithm = algorithm
        self._feed = feed.Feed(db, source, self._clock)
        self._appended = self._feed.appended
        self._tail = Tail(self._read_all, lambda: self._feed.ticked.number)

    def unit_of_work(self) -> PostgresUnitOfWork:
        return PostgresUnitOfWork(self._db, self._clock, self._source, self._algorithm, self._appended)

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        with self._db.at_once() as cursor:
            return read_stream(cursor, stream, after_version, self._source)

    def read_feed(self, after: str = "", *, category: str | None = None, limit: int = 1000) -> FeedPage:
        return self._feed.read(after, category=category, limit=limit)

    def follow(self, after: str, *, category: str | None = None, limit: int = 1000) -> FeedPage:
        page = self._tail.page(after, category, limit)
        if page is None:
            page = self.read_feed(after, category=category, limit=limit)
            self._tail.begin(page)
        return page

    def _read_all(self, after: str, limit: int) -> FeedPage:
        return self.read_feed(after, limit=limit)

    def head(self) -> str:
        return self._feed.head()

    def tick(self) -> bool:
        return self._feed.tick()

    def wait(self, timeout: float) -> bool:
        return self._feed.ticked.wait(timeout)

    def wait_for_append(self, timeout: float) -> bool:
        return self._feed.appended.wait(timeout)

    def reached(self, cursor: str, txid: int, *, category: str | None = None) -> bool:
        return self._feed.reached(cursor, txid, category)

    def appended_by(self, txid: int) -> set[tuple[UUID, str]]:
        return self._feed.appended_by(txid)

    def common(self, cursor: str) -> str | None:
        return self._feed.common(cursor)

    def find(self, id: UUID, stream: UUID, version: int) -> str | None:
        return self._feed.find(id, stream, version)
