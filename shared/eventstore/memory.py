"""The event store without a database, with the same promises: for unit tests of services.

Transactions are real: what one appends the others don't see before its commit, a second writer of the
same version or key waits for the first, and a position is handed out before the commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Condition
from typing import Any
from uuid import UUID, uuid4

from shared.clock import Clock, SystemClock
from shared.eventstore.command import First
from shared.eventstore.cursor import Place, decode, encode, parse
from shared.eventstore.errors import CommandKeyReused, StaleVersion, UnknownCursor
from shared.eventstore.event import Event, Metadata, NewEvent
from shared.eventstore.sealing import canonical, chain_event
from shared.eventstore.signal import Signal
from shared.eventstore.store import FeedPage
from shared.personal.values import SEALED
from shared.personal.vault import Vault


@dataclass(slots=True)
class _Stored:
    txid: int
    position: int
    event: Event


class MemoryUnitOfWork:
    cursor: Any = None
    first: Any = None

    def __init__(self, store: MemoryEventStore, txid: int) -> None:
        self._store = store
        self._txid = txid
        self.pending: list[_Stored] = []
        self.answers: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}
        self.claimed: tuple[str, str, str] | None = None

    @property
    def txid(self) -> int:
        return self._txid

    def begin_command(
        self, principal: str, key: str, fingerprint: str, first: First | None = None
    ) -> dict[str, Any] | None:
        self._store.claim((principal, key), self)
        known = self._store.commands.get((principal, key))
        if known is None:
            self.claimed = (principal, key, fingerprint)
            return None
        if known[0] != fingerprint:
            raise CommandKeyReused(key)
        stored: dict[str, Any] = json.loads(json.dumps(known[1]))
        return stored

    def finish_command(self, answer: dict[str, Any], *, personal: bool = False) -> None:
        if self.claimed is None:
            raise RuntimeError("finish_command without begin_command")
        principal, key, fingerprint = self.claimed
        self.answers[principal, key] = (fingerprint, json.loads(json.dumps(answer)))
        self.claimed = None

    def together(self, subjects: Iterable[str] = ()) -> None:
        """Nothing is sent here."""

    def append(
        self, stream: UUID, expected_version: int, events: Sequence[NewEvent], metadata: Metadata
    ) -> int:
        for version, new in enumerate(events, start=expected_version + 1):
            self._store.claim((stream, version), self)
            known = self.read_stream(stream)
            if len(known) != version - 1:
                raise StaleVersion(stream, expected_version)
            event = self._store.make(new, stream, version, metadata, self._store.body(new, stream, version))
            sealed = replace(event, hash=chain_event(known[-1].hash if known else b"", event))
            self.pending.append(_Stored(self._txid, self._store.next_position(), sealed))
        return expected_version + len(events)

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        mine = [stored.event for stored in self.pending if stored.event.stream == stream]
        mine = self._store.opened([e for e in mine if e.version > after_version])
        return self._store.read_stream(stream, after_version) + mine


class MemoryEventStore:
    """`source` is the owning service's name, stamped on what is read. `vault` has `MemoryKeys`."""

    def __init__(self, source: str, clock: Clock | None = None, *, vault: Vault | None = None) -> None:
        self._source = source
        self._vault = vault
        self._clock = clock or SystemClock()
        self._epoch = uuid4().hex[:8]
        self._ended: dict[str, int] = {}
        self._changed = Condition()
        self._claims: dict[tuple[Any, Any], MemoryUnitOfWork] = {}
        self._committed: list[_Stored] = []
        self._waiting: list[_Stored] = []
        self._feed: list[tuple[Place, _Stored]] = []
        self._tick, self._ticked_at = 0, self._clock.now()
        self._txid = self._position = 0
        self._appended, self._ticked = Signal(), Signal()
        self.commands: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {}

    @contextmanager
    def unit_of_work(self) -> Iterator[MemoryUnitOfWork]:
        with self._changed:
            self._txid += 1
            unit = MemoryUnitOfWork(self, self._txid)
        try:
            yield unit
            if unit.claimed is not None:
                raise RuntimeError("begin_command without finish_command")
            with self._changed:
                self._committed += unit.pending
                self._waiting += unit.pending
                self.commands |= unit.answers
        finally:
            with self._changed:
                self._claims = {what: by for what, by in self._claims.items() if by is not unit}
                self._changed.notify_all()
        if unit.pending:
            self._appended.fire()

    def claim(self, what: tuple[Any, Any], unit: MemoryUnitOfWork) -> None:
        """Block while another transaction holds the same key or stream version."""
        with self._changed:
            self._changed.wait_for(lambda: self._claims.get(what, unit) is unit)
            self._claims[what] = unit

    def next_position(self) -> int:
        with self._changed:
            self._position += 1
            return self._position

    def body(self, new: NewEvent, stream: UUID, version: int) -> dict[str, Any]:
        sealed = self._vault.seal(None, stream, version - 1, [new])[0] if self._vault else new.data
        stored: dict[str, Any] = json.loads(canonical(sealed))
        return stored

    def make(
        self, new: NewEvent, stream: UUID, version: int, metadata: Metadata, body: dict[str, Any]
    ) -> Event:
        return Event(
            id=new.id,
            stream=stream,
            version=version,
            type=new.type,
            schema_version=new.schema_version,
            boxes=body.pop(SEALED, None),
            data=body,
            metadata=metadata.as_dict(),
            occurred_at=new.occurred_at,
            recorded_at=self._clock.now(),
            source=self._source,
        )

    def read_stream(self, stream: UUID, after_version: int = 0) -> list[Event]:
        with self._changed:
            found = [s.event for s in self._committed if s.event.stream == stream]
        return self.opened(sorted((e for e in found if e.version > after_version), key=lambda e: e.version))

    def opened(self, events: list[Event]) -> list[Event]:
        """Copies where something is sealed: what is stored stays sealed."""
        if self._vault is None:
            return events
        copies = [replace(event, data=deepcopy(event.data)) if event.boxes else event for event in events]
        self._vault.open(None, copies)
        return copies

    def read_feed(self, after: str = "", *, category: str | None = None, limit: int = 1000) -> FeedPage:
        now = self._clock.now()
        with self._changed:
            place = decode(self._epoch, after)
            if place > Place(self._tick + 1, 0):
                raise UnknownCursor(after, "it lies beyond the end of this feed, which was set back")
            head_at: datetime | None = self._ticked_at if self._waiting else now
            last, whole = self._tick, [entry for entry in self._feed if entry[0] > place]
        found = [entry for entry in whole if category in (None, entry[1].event.category)][:limit]
        events: list[Event] = []
        before: dict[str, str] = {}
        for here, stored in found:
            cursor, kind = encode(self._epoch, here), stored.event.category
            events.append(replace(stored.event, cursor=cursor, previous=before.get(kind, after)))
            before[kind] = cursor
        events = self.opened(events)
        if len(events) == limit:
            return FeedPage(events, events[-1].cursor, None)
        end = events[-1].cursor if events else encode(self._epoch, max(place, Place(last + 1, 0)))
        return FeedPage(events, end, head_at)

    def follow(self, after: str, *, category: str | None = None, limit: int = 1000) -> FeedPage:
        return self.read_feed(after, category=category, limit=limit)

    def head(self) -> str:
        return encode(self._epoch, Place(self._tick + 1, 0))

    def tick(self) -> bool:
        moment = self._clock.now()
        with self._changed:
            new, self._waiting = self._waiting, []
            if not new:
                return False
            self._tick, self._ticked_at = self._tick + 1, moment
            for stored in sorted(new, key=lambda stored: stored.position):
                self._feed.append((Place(self._tick, stored.position), stored))
        self._ticked.fire()
        return True

    def wait(self, timeout: float) -> bool:
        return self._ticked.wait(timeout)

    def wait_for_append(self, timeout: float) -> bool:
        return self._appended.wait(timeout)

    def reached(self, cursor: str, txid: int, *, category: str | None = None) -> bool:
        place = decode(self._epoch, cursor)
        with self._changed:
            shown = [(here, stored.event) for here, stored in self._feed if stored.txid == txid]
        asked = [here for here, event in shown if category in (None, event.category)]
        return bool(shown) and all(here <= place for here in asked)

    def appended_by(self, txid: int) -> set[tuple[UUID, str]]:
        with self._changed:
            return {(s.event.stream, s.event.category) for s in self._committed if s.txid == txid}

    def find(self, id: UUID, stream: UUID, version: int) -> str | None:
        with self._changed:
            for here, stored in self._feed:
                if (stored.event.id, stored.event.stream, stored.event.version) == (id, stream, version):
                    return encode(self._epoch, here)
        return None

    def common(self, cursor: str) -> str | None:
        old, place = parse(cursor)
        if old in ("", self._epoch):
            return cursor
        upto = self._ended.get(old)
        return None if upto is None else encode(self._epoch, min(place, Place(upto + 1, 0)))

    def start_new_epoch(self) -> None:
        self._ended[self._epoch] = self._tick
        self._epoch = uuid4().hex[:8]
