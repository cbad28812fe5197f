"""Seals the personal fields of events as they are appended, and opens them as they are read.

An event's data is stored without its personal values; they lie sealed beside it under `~sealed`, one box
per data subject, so that one use of a cipher serves all fields of an event. What is hashed is what is
stored. A box is bound to its stream and version and can't be moved; one whose subject was erased opens to
`ERASED`.
"""

from __future__ import annotations

import base64
import json
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

from shared.eventstore.event import Event, NewEvent
from shared.eventstore.sealing import canonical
from shared.personal.ciphers import AES_256_GCM, CIPHERS, CipherKind, Sealer
from shared.personal.declaration import Declaration
from shared.personal.errors import NoVault, SubjectKeyUnknown
from shared.personal.keys import KeyRow, Keys, PostgresKeys, new_row
from shared.personal.masters import MasterKeys
from shared.personal.seen import Seen
from shared.personal.values import SEALED, erased_value, kind_of, put, take_out

UNWRAPPED = 10_000
"""Subject keys a process holds unwrapped at most, the longest unused being forgotten first: 2 MB."""

_STREAMS = ""
"""Stands for the stream's own subject until somebody needs to know who that is."""


class Vault:
    """One service's. Holds unwrapped keys of the present generation; for any number of threads.

    Without a `declaration` it opens and can't seal: so it reaches worker processes, which only read.
    """

    def __init__(
        self,
        masters: MasterKeys,
        declaration: Declaration | None,
        *,
        cipher: CipherKind = AES_256_GCM,
        keys: Keys | None = None,
    ) -> None:
        self.masters = masters
        self.cipher = cipher
        self.keys = keys or PostgresKeys()
        self._declaration = declaration
        self._lock = Lock()
        self._generation = -1
        self._unwrapped: OrderedDict[str, Sealer | None] = OrderedDict()

    def __reduce__(self) -> tuple[Any, ...]:
        return Vault, (self.masters, None)

    def may_seal(self, events: Sequence[NewEvent]) -> bool:
        """Whether any is of a type with personal fields: then `seal` needs the transaction that appends."""
        declaration = _declared(self._declaration)
        return any(declaration.paths(event.type, event.schema_version) for event in events)

    def seal(
        self, cursor: Any, stream: UUID, version: int, events: Sequence[NewEvent], seen: Seen | None = None
    ) -> list[Any]:
        """The data to store of events that follow `version`. Costs nothing where nothing is personal, and no
        question for a new stream whose keys are all `seen`."""
        declaration, taken = _declared(self._declaration), []
        for event in events:
            paths = declaration.paths(event.type, event.schema_version)
            taken.append(take_out(event.data, paths, _STREAMS) if paths else (event.data, {}))
        wanted = {subject for _, boxes in taken for subject in boxes}
        if not wanted:
            return [data for data, _ in taken]
        others = wanted - {_STREAMS}
        subject, keys = _STREAMS, dict[str, KeyRow]()
        if _STREAMS in wanted:
            subject, keys = self._subject(cursor, stream, version, events[0], others, seen)
            others |= {subject}
        else:
            keys = self.keys.live(cursor, others)
        keys |= self._new_keys(cursor, others - set(keys))
        stored = []
        for number, (data, values) in enumerate(taken, start=version + 1):
            boxes = [
                self._box(keys[whose or subject], _about(stream, number), found)
                for whose, found in sorted(values.items())
            ]
            stored.append({**data, SEALED: boxes} if boxes else data)
        return stored

    def open(self, cursor: Any, events: Iterable[Event]) -> None:
        """Put the personal values of events back into their data, in place."""
        sealed = [event for event in events if event.boxes]
        if not sealed:
            return
        keys = self._sealers(cursor, {box["key"] for event in sealed for box in event.boxes or ()})
        for event in sealed:
            for box in event.boxes or ():
                put(event.data, _opened(box, keys[box["key"]], _about(event.stream, event.version)))

    def seal_value(
        self, cursor: Any, subject: str, about: str, value: Any, seen: Seen | None = None
    ) -> dict[str, Any]:
        """One value of a plain table. `about` is where it lies, and binds it to that place."""
        keys = seen.live if seen and subject in seen.live else self.keys.live(cursor, [subject])
        keys |= self._new_keys(cursor, {subject} - set(keys))
        return {SEALED: [self._box(keys[subject], about.encode(), {"/value": value})]}

    def open_value(self, cursor: Any, about: str, stored: dict[str, Any]) -> Any:
        [box] = stored[SEALED]
        keys = self._sealers(cursor, {box["key"]})
        return _opened(box, keys[box["key"]], about.encode())["/value"]

    def _subject(
        self, cursor: Any, stream: UUID, version: int, first: NewEvent, others: set[str], seen: Seen | None
    ) -> tuple[str, dict[str, KeyRow]]:
        """Whose stream it is, noted once, and the live keys: in one question, and asked in each transaction,
        for a key kept here might be destroyed by now. A stream older than the vault is asked its first event.
        """
        found = None
        known = seen.subjects.get(stream) if seen else None
        if seen and known:
            lacking = (others | {known}) - seen.live.keys()
            return known, seen.live | (self.keys.live(cursor, lacking) if lacking else {})
        if version:
            known, keys = self.keys.noted(cursor, stream, others)
            if known is not None:
                return known, keys
            found = self.keys.first_event(cursor, stream)
        type, data = found or (first.type, first.data)
        subject = _declared(self._declaration).stream_subject(stream, type, data)
        if seen and not version and others | {subject} <= seen.live.keys():
            seen.note(stream, subject)
            return subject, seen.live
        return subject, self.keys.note(cursor, stream, subject, others)

    def live_keys(self, cursor: Any, subjects: Iterable[str]) -> dict[str, KeyRow]:
        """By subject; made for those who have none. For who seals for many in one transaction."""
        wanted = set(subjects)
        if not wanted:
            return {}
        keys = self.keys.live(cursor, wanted)
        return keys | self._new_keys(cursor, wanted - set(keys))

    def _new_keys(self, cursor: Any, subjects: set[str]) -> dict[str, KeyRow]:
        if not subjects:
            return {}
        self.keys.add(cursor, [new_row(subject, self.cipher, self.masters) for subject in subjects])
        return self.keys.live(cursor, subjects)

    def _box(self, row: KeyRow, about: bytes, values: dict[str, Any]) -> dict[str, Any]:
        sealed = self._sealer(row).seal(canonical(values).encode(), about)
        return {
            "key": row.key,
            "cipher": row.cipher,
            "fields": {path: kind_of(value) for path, value in values.items()},
            "box": base64.b64encode(sealed).decode(),
        }

    def _sealer(self, row: KeyRow) -> Sealer:
        with self._lock:
            known = self._unwrapped.get(row.key)
        return known or self._unwrapped_key(row)

    def _sealers(self, cursor: Any, ids: set[str]) -> dict[str, Sealer | None]:
        """By key id, None for a destroyed one. One question to the database, whatever is held already."""
        held, of = self._held(ids)
        rows: dict[str, KeyRow] = {}
        lacking = ids - set(held)
        if lacking:
            generation, rows = self.keys.by_id(cursor, lacking)
        else:
            generation = self.keys.generation(cursor)
        if held and generation != of:
            # Somebody was erased since: nothing that is held counts.
            held, lacking = {}, ids
            generation, rows = self.keys.by_id(cursor, ids)
        fresh = {key: self._unwrap(_there(rows, key)) for key in lacking}
        self._hold(fresh, generation)
        return held | fresh

    def _held(self, ids: set[str]) -> tuple[dict[str, Sealer | None], int]:
        with self._lock:
            held = {key: self._unwrapped[key] for key in ids if key in self._unwrapped}
            for key in held:
                self._unwrapped.move_to_end(key)
            return held, self._generation

    def _hold(self, fresh: dict[str, Sealer | None], generation: int) -> None:
        """Keys of an older generation than another thread has seen are used once and not kept."""
        with self._lock:
            if generation > self._generation:
                self._unwrapped.clear()
                self._generation = generation
            if generation == self._generation:
                self._unwrapped |= fresh
            while len(self._unwrapped) > UNWRAPPED:
                self._unwrapped.popitem(last=False)

    def _unwrap(self, row: KeyRow) -> Sealer | None:
        return None if row.wrapped is None else self._unwrapped_key(row)

    def _unwrapped_key(self, row: KeyRow) -> Sealer:
        key = self.masters.unwrap(row.wrapped or b"", row.master, row.about)
        return CIPHERS[row.cipher].with_key(key)


def _declared(declaration: Declaration | None) -> Declaration:
    if declaration is None:
        raise NoVault
    return declaration


def seal_events(
    cursor: Any, stream: UUID, version: int, events: Sequence[NewEvent], seen: Seen | None = None
) -> list[Any]:
    """The data to store of events that follow `version`, sealed by the vault of the connection."""
    vault: Vault | None = getattr(cursor.connection, "vault", None)
    return vault.seal(cursor, stream, version, events, seen) if vault else [event.data for event in events]


def seal_value(cursor: Any, subject: str, about: str, value: Any, seen: Seen | None = None) -> Any:
    """What to store in a plain table for a personal value: sealed where the connection has a vault."""
    vault: Vault | None = getattr(cursor.connection, "vault", None)
    return vault.seal_value(cursor, subject, about, value, seen) if vault else value


def open_value(cursor: Any, about: str, stored: Any) -> Any:
    """What `seal_value` was given; stored as it was without a vault, it is answered as it is."""
    if not isinstance(stored, dict) or SEALED not in stored:
        return stored
    vault: Vault | None = getattr(cursor.connection, "vault", None)
    if vault is None:
        raise NoVault
    return vault.open_value(cursor, about, stored)


def open_events(cursor: Any, events: Sequence[Event]) -> Sequence[Event]:
    """The same events, opened by the vault of the connection they were read over.

    Raises `NoVault` when there is none and anything is sealed: what is sealed must never pass for empty.
    """
    vault: Vault | None = getattr(cursor.connection, "vault", None)
    if vault is not None:
        vault.open(cursor, events)
    elif any(event.boxes for event in events):
        raise NoVault
    return events


def _there(rows: dict[str, KeyRow], key: str) -> KeyRow:
    if key not in rows:
        raise SubjectKeyUnknown(key)
    return rows[key]


def _about(stream: UUID, version: int) -> bytes:
    return f"{stream}:{version}".encode()


def _opened(box: dict[str, Any], sealer: Sealer | None, about: bytes) -> dict[str, Any]:
    if sealer is None:
        return {path: erased_value(kind) for path, kind in box["fields"].items()}
    values: dict[str, Any] = json.loads(sealer.open(base64.b64decode(box["box"]), about))
    return values
