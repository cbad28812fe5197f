"""The hash that chains a stream's events: what is stored is what is hashed.

A stored hash is one byte that names the algorithm and the form of what is hashed, and 32 bytes of
digest. So a store may change its algorithm between two events, and a later form needs no migration.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any
from uuid import UUID

from shared.eventstore.event import Event
from shared.personal.values import SEALED, put

_sha256 = hashlib.sha256


@dataclass(frozen=True, slots=True)
class Algorithm:
    """`id` is a stored hash's first byte; it stands for the digest and for the form below, for ever."""

    id: int
    name: str
    digest: Callable[[bytes], bytes]


SHA256 = Algorithm(1, "sha256", lambda data: _sha256(data).digest())
SM3 = Algorithm(2, "sm3", lambda data: hashlib.new("sm3", data).digest())
ALGORITHMS = {algorithm.name: algorithm for algorithm in (SHA256, SM3)}

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False
)


# What `_ENCODER.encode` makes anew for each text.
_chunks: Callable[[Any, int], Iterable[str]] = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", True, False, False
)
_POINT, _POWER = re.compile(r"\.[0-9]+[e,\]}]"), re.compile(r"e[-+][0-9]+[,\]}]")
"""One of them finds every float in canonical text; they may also find what looks like one in a string."""

_BY_ID = {algorithm.id: algorithm for algorithm in ALGORITHMS.values()}
_MARK = b"yiwang.event.1\0"
_FIXED = Struct(">B16s16sIHqqIII").pack
_BYTE = [bytes((number,)) for number in range(256)]
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Break:
    """The first version of a stream at which its hash chain does not hold."""

    version: int
    reason: str


def algorithm_of(hash: bytes) -> Algorithm | None:
    """What a stored hash was made with; None if it is not one of ours."""
    return _BY_ID.get(hash[0]) if len(hash) == 33 else None


def canonical(body: Mapping[str, Any]) -> str:
    """Sorted keys, no spaces, no escapes beyond JSON's own: RFC 8785 for the values events may hold.

    Floats are refused: their canonical form is a matter of taste, and money is whole fen anyway.
    """
    try:
        text = "".join(_chunks(body, 0))
    except ValueError:  # no number, or infinite
        _refuse_floats(body, "data")
        raise
    # To look through the body costs more than to write it, so it is done only if the text may hold one.
    if ("." in text and _POINT.search(text)) or (("e-" in text or "e+" in text) and _POWER.search(text)):
        _refuse_floats(body, "data")
    return text


def chain(
    previous: bytes,
    *,
    id: UUID,
    stream: UUID,
    version: int,
    type: str,
    schema_version: int,
    metadata: str,
    occurred_at: datetime,
    recorded_at: datetime,
    data: str,
    algorithm: Algorithm = SHA256,
) -> bytes:
    """The hash of an event after one whose hash is `previous` (b"" for a stream's first).

    Over everything the application stores of it: `metadata` and `data` as the very text that is
    stored. Not over `txid` and `position`: they place an event in the feed, a restore renumbers them,
    and the daily seals keep the order. Every part has a fixed length or says it, so that no two
    events have the same form; `docs/proofs.md` shows it byte by byte.
    """
    return chain_bytes(
        previous, id.bytes, stream.bytes, version, type.encode(), schema_version, metadata.encode(),
        micros(occurred_at), micros(recorded_at), data.encode(), algorithm,
    )  # fmt: skip


def chain_bytes(
    previous: bytes, id: bytes, stream: bytes, version: int, type: bytes, schema_version: int,
    metadata: bytes, occurred_at: int, recorded_at: int, data: bytes, algorithm: Algorithm,
) -> bytes:  # fmt: skip
    """`chain` of values as they are hashed; times as `micros`."""
    fixed = _FIXED(
        algorithm.id, id, stream, version, schema_version, occurred_at, recorded_at,
        len(type), len(metadata), len(data),
    )  # fmt: skip
    whole = b"".join((_MARK, _BYTE[len(previous)], previous, fixed, type, metadata, data))
    return _BYTE[algorithm.id] + algorithm.digest(whole)


def micros(at: datetime) -> int:
    """Microseconds since 1970 began in UTC."""
    return (at - _EPOCH) // _MICROSECOND


def chain_event(previous: bytes, event: Event, algorithm: Algorithm = SHA256) -> bytes:
    """The hash an event of a stream must carry after one whose hash is `previous`.

    Of an event as it was stored: not upcast, not published. Personal values that were opened count as sealed.
    """
    return chain(
        previous,
        id=event.id,
        stream=event.stream,
        version=event.version,
        type=event.type,
        schema_version=event.schema_version,
        metadata=canonical(event.metadata),
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        data=canonical(stored_data(event)),
        algorithm=algorithm,
    )


def stored_data(event: Event) -> Mapping[str, Any]:
    """An event's data as it lies in the store, its personal values sealed."""
    if not event.boxes:
        return event.data
    data = deepcopy(event.data)
    for box in event.boxes:
        put(data, dict.fromkeys(box["fields"]))
    return data | {SEALED: event.boxes}


def verify_chain(events: Iterable[Event]) -> Break | None:
    """Where a stream, given whole and in order, is no longer what was appended; None if untouched.

    Covers every field of every event and their order. Says nothing of events cut off at the end: for
    that, compare the last version with a seal or a subscriber.
    """
    previous, expected = b"", 1
    for event in events:
        if event.version != expected:
            return Break(event.version, f"version {expected} is missing")
        algorithm = algorithm_of(event.hash)
        if algorithm is None or chain_event(previous, event, algorithm) != event.hash:
            return Break(event.version, "the event or one before it was changed after it was stored")
        previous, expected = event.hash, expected + 1
    return None


def _refuse_floats(value: Any, path: str) -> None:
    if isinstance(value, float):
        raise TypeError(f"{path} is a float; events hold whole numbers and strings")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_floats(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _refuse_floats(inner, f"{path}.{index}")
