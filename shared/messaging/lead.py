"""Who leads: one session lock, and a beat by which the others see that its holder lives.

The lock alone is not enough. PostgreSQL lets go of it when the holder's connection ends, and a holder
whose machine vanished, whose network went silent or whose process was stopped keeps a connection that
looks alive, for hours. So the leader writes a beat every second, and a relay that stands by and sees none
for `SILENCE` ends that session (`pg_terminate_backend`): the lock is free then, and whatever the old leader
still wants to write over that session fails. No clock is compared: the one who stands by measures, with
its own monotonic clock, for how long the beat has not changed.

What is written under the lead goes over the very session that holds the lock, so that nobody writes who
has lost it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any

import structlog
from psycopg2.extras import execute_values

from shared.database.errors import translated
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable

BEAT = 1.0
SILENCE = 2.5
STANDBY = 0.5
"""Seconds between a leader's beats; after which a silent one is put out; between the looks of the others.
A takeover begins within the sum of the last two, if the leader could not let go by itself."""

_LOCKS = 7_310_012

# The place is where the beat is written: it is made if it isn't there.
_BEAT = """
INSERT INTO checkpoints (subscriber, source, category, cursor) VALUES (%(name)s, %(of)s, '*', '')
ON CONFLICT (subscriber, source, category) DO UPDATE SET updated_at = clock_timestamp()
"""

_SEEN = """
SELECT l.pid, c.updated_at::text FROM pg_locks l
LEFT JOIN checkpoints c ON c.subscriber = %(name)s AND c.source = %(of)s AND c.category = '*'
WHERE l.locktype = 'advisory' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid = %(space)s::oid AND l.objid::int8 = hashtext(%(of)s)::int8 & 4294967295 AND l.objsubid = 2
"""

_PUT_OUT = f"SELECT pg_terminate_backend(pid) FROM ({_SEEN}) s WHERE pid = %(pid)s AND updated_at = %(beat)s"  # noqa: S608

log = structlog.get_logger(__name__)


class Lead:
    """The lead over one service's relay. `take`, `write` and `release` are for one thread or greenlet."""

    def __init__(
        self, db: Database, name: str, of: str, *, now: Callable[[], float] = monotonic, beat: float = BEAT
    ) -> None:
        self._db = db
        self._names = {"name": name, "of": of, "space": _LOCKS}
        self._now = now
        self._beat = beat
        self._held = ExitStack()
        self._session: Any = None
        self._using = Lock()
        self._ended = self._lost = Event()
        self._seen: tuple[int, str] | None = None
        self._seen_since = 0.0
        self.held = False

    def take(self) -> bool:
        """Take the lead if it is free, or put out a silent holder; answers whether it is held now."""
        if self._session is None:
            self._session = self._held.enter_context(self._db.session())
        [[free]] = self._ask("SELECT pg_try_advisory_lock(%(space)s, hashtext(%(of)s))", self._names)
        if not free:
            self._watch()
            return False
        # A place lost in a crash is published again; waiting for the disk would only cost time.
        self._do(self._session, "SET synchronous_commit = off; " + _BEAT, self._names)
        self._begin_beating()
        self.held = True
        return True

    def confirm(self) -> None:
        """Raise `StoreUnavailable` if a beat failed: somebody else may lead by now."""
        if self._lost.is_set():
            raise StoreUnavailable("the session that held the lead is gone")

    def read(self, sql: str, args: Any) -> list[Any]:
        return self._ask(sql, args)

    def write(self, sql: str, rows: Sequence[Any], template: str) -> None:
        """`execute_values` over the session that holds the lead. Raises `StoreUnavailable` without it."""
        with self._using, translated(), self._session.cursor() as cursor:
            execute_values(cursor, sql, rows, template=template)

    def release(self) -> None:
        """Blocks for a beat that is under way, a second at most."""
        self._ended.set()
        self.held = False
        waited = self._using.acquire(timeout=1)
        self._session = self._seen = None
        self._held.close()
        if waited:
            self._using.release()

    def _watch(self) -> None:
        """Put the leader out if its beat has not changed for too long."""
        found = [(pid, beat) for pid, beat in self._ask(_SEEN, self._names) if beat is not None]
        if not found or found[0] != self._seen:
            self._seen, self._seen_since = next(iter(found), None), self._now()
            return
        if self._now() - self._seen_since >= SILENCE:
            pid, beat = found[0]
            self._ask(_PUT_OUT, self._names | {"pid": pid, "beat": beat})
            log.warning("silent_leader_put_out", service=self._names["of"], backend=pid)
            self._seen = None

    def _begin_beating(self) -> None:
        self._ended, self._lost = Event(), Event()
        rhythm = (self._session, self._ended, self._lost)
        Thread(target=self._keep_beating, args=rhythm, name="relay-beat", daemon=True).start()

    def _keep_beating(self, session: Any, ended: Event, lost: Event) -> None:
        """In a thread of its own: a page that takes long to publish is no silence. A process that was
        stopped or lost its network is silent here as well."""
        while not ended.wait(self._beat):
            try:
                self._do(session, _BEAT, self._names)
            except StoreUnavailable as error:
                lost.set()
                log.warning("beat_failed", service=self._names["of"], reason=str(error))
                return

    def _do(self, session: Any, sql: str, args: Any) -> None:
        with self._using, translated(), session.cursor() as cursor:
            cursor.execute(sql, args)

    def _ask(self, sql: str, args: Any) -> list[Any]:
        with self._using, translated(), self._session.cursor() as cursor:
            cursor.execute(sql, args)
            return list(cursor.fetchall())
