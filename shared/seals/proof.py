"""That a case's events are among those of signed seals, as a file that needs no database to be checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.case_number import case_stream
from shared.eventstore.sealing import algorithm_of, chain
from shared.seals.merkle import climb, path
from shared.seals.rows import OF_STREAM, PREDECESSOR, Row
from shared.seals.seal import Entry, Seal, entries_of
from shared.seals.shelf import all_seals, chunks_naming, nodes_of
from shared.seals.signing import PublicKey
from shared.seals.taking import CHUNK

FORMAT = "yiwang.proof.1"

_ROWS = f"""
SELECT {OF_STREAM}, (
    SELECT s.number FROM seals s JOIN ticks t ON t.tick = s.last_tick
    WHERE pg_visible_in_snapshot(n.txid, t.taken) ORDER BY s.number LIMIT 1
)
FROM events n {PREDECESSOR} WHERE n.stream = %s ORDER BY n.version
"""  # noqa: S608


class Unprovable(Exception):
    """A seal should have an event and has not: `yiwang audit` tells what was changed."""


def make_proof(cursor: Any, service: str, stream: UUID, name: str, *, content: bool) -> dict[str, Any]:
    """With `content`, what the hashes are of, so that who reads the file can compute them; may be personal.

    Events that no seal covers yet are in it without a path. Raises `Unprovable`.
    """
    found = rows_and_seals(cursor, stream)
    numbers = sorted({number for _, number in found if number})
    seals = {seal.statement.number: seal for seal in all_seals(cursor, numbers)}
    places = {number: _places(cursor, seal, stream) for number, seal in seals.items()}
    events = []
    for row, number in found:
        event = _hash_of(row) | (_content_of(row) if content else {})
        if number:
            place = places[number].get(row.entry)
            if place is None:
                raise Unprovable(
                    f"seal {number} does not have version {row.version} of {name} as it is stored"
                )
            event |= {"seal": number, "index": place[0], "path": [each.hex() for each in place[1]]}
        events.append(event)
    return {
        "format": FORMAT,
        "service": service,
        "name": name,
        "stream": str(stream),
        "events": events,
        "seals": [seal.exported() for seal in seals.values()],
    }


def rows_and_seals(cursor: Any, stream: UUID) -> list[tuple[Row, int | None]]:
    """A stream's rows in order, each with the seal its place in the feed belongs to."""
    cursor.execute(_ROWS, (str(stream),))
    return [(Row.of(row[:-1]), row[-1]) for row in cursor.fetchall()]


def _places(cursor: Any, seal: Seal, stream: UUID) -> dict[Entry, tuple[int, list[bytes]]]:
    """Of the stream's events in a seal: their index and path."""
    algorithm, number = seal.statement.algorithm, seal.statement.number
    nodes = nodes_of(cursor, number)
    places = {}
    for _, chunk, packed in chunks_naming(cursor, stream.bytes, number):
        entries = entries_of(packed)
        leaves = [entry.leaf(algorithm) for entry in entries]
        above = path(algorithm.digest, nodes, chunk)
        for at, entry in enumerate(entries):
            if entry.stream == stream:
                places[entry] = (chunk * CHUNK + at, path(algorithm.digest, leaves, at) + above)
    return places


def _hash_of(row: Row) -> dict[str, Any]:
    return {"id": str(row.id), "version": row.version, "hash": row.hash.hex()}


def _content_of(row: Row) -> dict[str, Any]:
    return {
        "type": row.type,
        "schema_version": row.schema_version,
        "occurred_at": row.occurred_at.isoformat() if row.occurred_at else None,
        "recorded_at": row.recorded_at.isoformat() if row.recorded_at else None,
        "metadata": row.metadata,
        "data": row.data,
    }


@dataclass
class Checked:
    """What a proof shows. `unsealed` versions are in no seal yet; `bare` ones came without their content."""

    name: str
    service: str
    events: int = 0
    sealed: int = 0
    unsealed: list[int] = field(default_factory=list)
    bare: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def check_proof(proof: Mapping[str, Any], keys: Mapping[str, PublicKey]) -> Checked:
    """Without a database. Raises `KeyError`, `TypeError` or `ValueError` for what is no proof."""
    if proof["format"] != FORMAT:
        raise ValueError(f"a proof of the form {proof['format']!r} is not known here")
    checked = Checked(str(proof["name"]), str(proof["service"]))
    if checked.service == "cases" and UUID(proof["stream"]) != case_stream(checked.name):
        checked.faults.append(f"its events are those of another case than {checked.name}")
    seals = {}
    for exported in proof["seals"]:
        seal = Seal.imported(exported)
        seals[seal.statement.number] = seal
        fault = seal.fault(keys)
        if fault is None and seal.statement.service != checked.service:
            fault = f"it is a seal of {seal.statement.service}"
        if fault:
            checked.faults.append(f"seal {seal.statement.number}: {fault}")
    stream, previous = UUID(proof["stream"]), b""
    for number, event in enumerate(proof["events"], start=1):
        checked.events += 1
        entry = Entry(UUID(event["id"]), stream, int(event["version"]), bytes.fromhex(event["hash"]))
        faults = [*_chained(event, entry, previous, number, checked), *_sealed(event, entry, seals, checked)]
        checked.faults += [f"version {entry.version}: {fault}" for fault in faults]
        previous = entry.hash
    return checked


def _chained(
    event: Mapping[str, Any], entry: Entry, previous: bytes, number: int, checked: Checked
) -> list[str]:
    if entry.version != number:
        return [f"version {number} is missing"]
    if "data" not in event:
        checked.bare.append(entry.version)
        return []
    algorithm = algorithm_of(entry.hash)
    made = algorithm and chain(
        previous,
        id=entry.id,
        stream=entry.stream,
        version=entry.version,
        type=str(event["type"]),
        schema_version=int(event["schema_version"]),
        metadata=str(event["metadata"]),
        occurred_at=datetime.fromisoformat(event["occurred_at"]),
        recorded_at=datetime.fromisoformat(event["recorded_at"]),
        data=str(event["data"]),
        algorithm=algorithm,
    )
    return [] if made == entry.hash else ["its content is not what its hash was made of"]


def _sealed(event: Mapping[str, Any], entry: Entry, seals: Mapping[int, Seal], checked: Checked) -> list[str]:
    if "seal" not in event:
        checked.unsealed.append(entry.version)
        return []
    seal = seals.get(int(event["seal"]))
    if seal is None:
        return [f"seal {event['seal']} is not in the file"]
    stated = seal.statement
    way = [bytes.fromhex(each) for each in event["path"]]
    top = climb(stated.algorithm.digest, entry.leaf(stated.algorithm), int(event["index"]), stated.count, way)
    if top != stated.root:
        return [f"its path does not lead to the root of seal {stated.number}"]
    checked.sealed += 1
    return []
