"""A seal: a signed statement of what a service's feed held, and in which order."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from struct import Struct
from typing import Any
from uuid import UUID

from shared.eventstore.sealing import ALGORITHMS, Algorithm
from shared.seals.merkle import leaf
from shared.seals.signing import PublicKey

FORMAT = "yiwang.seal.1"
_ENTRY = Struct(">16s16sI33s")
ENTRY_BYTES = _ENTRY.size


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as a seal lists it. Its leaf is the digest of these bytes."""

    id: UUID
    stream: UUID
    version: int
    hash: bytes

    def packed(self) -> bytes:
        """A stored hash of another length than ours was tampered with: cut or filled, it stays wrong."""
        return _ENTRY.pack(self.id.bytes, self.stream.bytes, self.version & 0xFFFFFFFF, self.hash)

    def leaf(self, algorithm: Algorithm) -> bytes:
        return leaf(algorithm.digest, self.packed())


def entries_of(packed: bytes) -> list[Entry]:
    """Raises `struct.error` for a length that is no whole number of entries."""
    return [
        Entry(UUID(bytes=id), UUID(bytes=stream), version, hash)
        for id, stream, version, hash in _ENTRY.iter_unpack(packed)
    ]


@dataclass(frozen=True, slots=True)
class Statement:
    """What is signed. It names no tick, txid or position: a restore renumbers those, the order stays.

    The seal is of the `count` events from the `first` on (from 0) in the order of the service's feed.
    `until`: the newest tick it looked at was taken at or before that moment. `previous` is the digest of
    the statement before it, "" in the first.
    """

    service: str
    number: int
    first: int
    count: int
    until: datetime
    taken_at: datetime
    root: bytes
    previous: bytes
    hash: str
    signature: str
    key: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "service": self.service,
            "number": self.number,
            "first": self.first,
            "count": self.count,
            "until": _text(self.until),
            "taken_at": _text(self.taken_at),
            "root": self.root.hex(),
            "previous": self.previous.hex(),
            "hash": self.hash,
            "signature_kind": self.signature,
            "key": self.key,
        }

    def signed_bytes(self) -> bytes:
        """The statement as JSON with sorted keys and no spaces, in UTF-8."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @property
    def algorithm(self) -> Algorithm:
        return ALGORITHMS[self.hash]

    def digest(self) -> bytes:
        """What the next seal names as its `previous`."""
        return self.algorithm.digest(self.signed_bytes())

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Statement:
        """Raises `KeyError` or `ValueError` for what is none."""
        if data["format"] != FORMAT or data["hash"] not in ALGORITHMS:
            raise ValueError(f"a seal of the form {data['format']!r} with {data['hash']!r} is not known here")
        return cls(
            service=str(data["service"]),
            number=int(data["number"]),
            first=int(data["first"]),
            count=int(data["count"]),
            until=datetime.fromisoformat(data["until"]),
            taken_at=datetime.fromisoformat(data["taken_at"]),
            root=bytes.fromhex(data["root"]),
            previous=bytes.fromhex(data["previous"]),
            hash=data["hash"],
            signature=str(data["signature_kind"]),
            key=str(data["key"]),
        )


@dataclass(frozen=True, slots=True)
class Seal:
    """`first_tick` and `last_tick` are where its events stand in this database; they are not signed."""

    statement: Statement
    signature: bytes
    first_tick: int = 0
    last_tick: int = 0

    def exported(self) -> dict[str, Any]:
        """The small file an outsider keeps: the statement and its signature."""
        return self.statement.as_dict() | {"signature": base64.b64encode(self.signature).decode()}

    @classmethod
    def imported(cls, data: Mapping[str, Any]) -> Seal:
        """Raises `KeyError` or `ValueError` for what is no exported seal."""
        signature = base64.b64decode(data["signature"], validate=True)
        return cls(Statement.from_dict(data), signature)

    def fault(self, keys: Mapping[str, PublicKey]) -> str | None:
        """Why the signature is not to be trusted; None if it is."""
        stated = self.statement
        key = keys.get(stated.key)
        if key is None:
            return f"it is signed with the key {stated.key}, which is none of the known ones"
        if key.signature != stated.signature:
            return f"it states a signature of kind {stated.signature}, and its key makes {key.signature}"
        if not key.verifies(self.signature, stated.signed_bytes()):
            return "its signature is not that of its content: the seal was changed or forged"
        return None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
