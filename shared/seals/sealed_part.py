"""What the feed holds where a seal says what it held: named row by row when the two differ."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from shared.seals.feed_rows import shown
from shared.seals.finding import Finding, Findings, Kind
from shared.seals.merkle import root
from shared.seals.seal import Entry, Seal, entries_of
from shared.seals.shelf import chunk_of, chunks_naming, nodes_of

_Key = tuple[UUID, int]


def sealed_entries(cursor: Any, seal: Seal) -> list[Entry] | None:
    """The seal's list, None when it does not make the signed root: then it was changed itself."""
    algorithm = seal.statement.algorithm
    entries: list[Entry] = []
    nodes = []
    for chunk in range(len(nodes_of(cursor, seal.statement.number))):
        packed = chunk_of(cursor, seal.statement.number, chunk)
        some = entries_of(packed)
        nodes.append(root(algorithm.digest, [entry.leaf(algorithm) for entry in some]))
        entries += some
    whole = root(algorithm.digest, nodes) == seal.statement.root and len(entries) == seal.statement.count
    return entries if whole else None


class Difference:
    """Between a seal's list and the feed, which are known to differ. Holds the whole list in memory."""

    def __init__(self, cursor: Any, seal: Seal, entries: list[Entry], findings: Findings) -> None:
        self._cursor = cursor
        self._seal = seal
        self._findings = findings
        self._sealed = {(entry.stream, entry.version): (at, entry) for at, entry in enumerate(entries)}

    def name(self) -> None:
        kept: list[tuple[int, Entry]] = []
        for row in self._rows():
            found = self._sealed.pop((row.stream, row.version), None)
            if found is None:
                self._add(row, *self._surplus(row))
            elif found[1] != row:
                self._replaced(row, found[1])
            else:
                kept.append((found[0], row))
        for row in _out_of_order(kept):
            self._add(row, Kind.MOVED, f"seal {self._number} has it at another place among its events")
        for _, entry in self._sealed.values():
            self._missing(entry)

    @property
    def _number(self) -> int:
        return self._seal.statement.number

    def _rows(self) -> Iterator[Entry]:
        columns = "n.id, n.stream, n.version, n.hash"
        for id, stream, version, hash in shown(
            self._cursor, self._seal.first_tick - 1, self._seal.last_tick, columns
        ):
            yield Entry(UUID(id), UUID(stream), version, bytes(hash))

    def _surplus(self, row: Entry) -> tuple[Kind, str]:
        for number, _, packed in chunks_naming(self._cursor, row.stream.bytes):
            if number != self._number and row in entries_of(packed):
                return Kind.MOVED, f"it was sealed in seal {number} and stands among those of {self._number}"
        return Kind.INSERTED, f"seal {self._number} does not have it: it was put among sealed events"

    def _replaced(self, row: Entry, sealed: Entry) -> None:
        what = f"event {sealed.id}" if sealed.id != row.id else "the same id with another content"
        self._add(row, Kind.REPLACED, f"seal {self._number} has {what} with hash {sealed.hash.hex()} here")

    def _missing(self, entry: Entry) -> None:
        self._cursor.execute(
            "SELECT id::text, hash FROM events WHERE stream = %s AND version = %s",
            (str(entry.stream), entry.version),
        )
        row = self._cursor.fetchone()
        if row is None:
            self._add(entry, Kind.REMOVED, f"seal {self._number} has it, and it is gone")
        elif (UUID(row[0]), bytes(row[1])) == (entry.id, entry.hash):
            self._add(
                entry, Kind.MOVED, f"it was sealed in seal {self._number} and stands elsewhere in the feed"
            )
        else:
            there = Entry(UUID(row[0]), entry.stream, entry.version, bytes(row[1]))
            self._replaced(there, entry)

    def _add(self, entry: Entry, kind: Kind, detail: str) -> None:
        service = self._seal.statement.service
        found = Finding(service, kind, detail, entry.stream, entry.version, entry.id, seal=self._number)
        self._findings.add(found)


def _out_of_order(kept: list[tuple[int, Entry]]) -> list[Entry]:
    """The fewest rows whose removal leaves the others in order: all but a longest increasing run."""
    ends: list[int] = []
    lengths = []
    for index, _ in kept:
        at = bisect_left(ends, index)
        ends[at : at + 1] = [index]
        lengths.append(at + 1)
    wanted, moved = len(ends), []
    bound = float("inf")
    for (index, row), length in zip(reversed(kept), reversed(lengths), strict=True):
        if length == wanted and index < bound:
            wanted, bound = wanted - 1, index
        else:
            moved.append(row)
    return moved
