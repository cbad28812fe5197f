"""Finds what was changed, removed, inserted or moved in a store, in one pass over its rows.

Every row is held to the hash chain of its stream, and every stretch of the feed that a seal covers to
the root that was signed. Events after the newest seal are chained only: there the end of a stream can be
cut off, or rewritten with right hashes, unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from shared.database.pool import Database
from shared.seals.feed_rows import shown, unshown
from shared.seals.finding import Finding, Findings, Kind
from shared.seals.merkle import root
from shared.seals.rows import PREDECESSOR, SHOWN, UNSHOWN, Row
from shared.seals.seal import Seal
from shared.seals.sealed_part import Difference, sealed_entries
from shared.seals.shelf import all_seals, nodes_of
from shared.seals.signing import PublicKey
from shared.seals.taking import CHUNK

Progress = Callable[[int], None]
"""Told how many rows were looked at since the last call."""

_GUARDED = ("events", "seals", "seal_entries")


@dataclass
class Audited:
    service: str
    events: int = 0
    sealed: int = 0
    seals: int = 0
    findings: Findings = field(default_factory=Findings)

    @property
    def clean(self) -> bool:
        return not self.findings


@contextmanager
def one_view(db: Database) -> Iterator[Any]:
    """A cursor that sees one moment of the database, for as long as it takes, and changes nothing."""
    with db.transaction() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        yield cursor


def audit_store(
    db: Database, service: str, keys: Mapping[str, PublicKey], progress: Progress = lambda _: None
) -> Audited:
    """Blocks for as long as reading and hashing every row takes; memory stays flat while nothing is wrong."""
    audited = Audited(service)
    with one_view(db) as cursor:
        _guards(cursor, audited)
        seals = all_seals(cursor)
        check_seals(service, seals, keys, audited.findings)
        audited.seals = len(seals)
        for seal in seals:
            _sealed_part(cursor, seal, audited, progress)
        audited.sealed = audited.events
        after = seals[-1].last_tick if seals else 0
        cursor.execute("SELECT max(tick) FROM ticks")
        last = int(cursor.fetchone()[0] or 0)
        _walk(audited, (Row.of(row) for row in shown(cursor, after, last, SHOWN, PREDECESSOR)), progress)
        _walk(audited, (Row.of(row) for row in unshown(cursor, UNSHOWN, PREDECESSOR)), progress)
        _all_seen(cursor, audited)
        name_findings(cursor, audited.findings)
    return audited


def check_seals(
    service: str, seals: Iterable[Seal], keys: Mapping[str, PublicKey], findings: Findings
) -> None:
    """Signatures, and that each follows the one before it."""
    previous, number, first = b"", 1, 0
    for seal in seals:
        stated, faults = seal.statement, [seal.fault(keys)]
        if stated.number != number:
            faults.append(f"seal {number} is missing before it")
        elif stated.previous != previous:
            faults.append("it does not follow the seal before it, or that one was changed")
        elif stated.first != first:
            faults.append(f"it begins at event {stated.first} and not at {first}")
        if stated.service != service:
            faults.append(f"it is a seal of {stated.service}")
        for fault in faults:
            if fault:
                findings.add(Finding(service, Kind.SEAL, fault, seal=stated.number))
        previous, number, first = stated.digest(), stated.number + 1, stated.first + stated.count


def _guards(cursor: Any, audited: Audited) -> None:
    cursor.execute(
        "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " JOIN pg_proc p ON p.oid = t.tgfoid"
        " WHERE t.tgname = 'append_only' AND p.proname = 'refuse_change' AND t.tgenabled IN ('O', 'A')"
    )
    guarded = {row[0] for row in cursor.fetchall()}
    for table in _GUARDED:
        if table not in guarded:
            detail = f"the trigger that refuses changes of {table} is off or gone"
            audited.findings.add(Finding(audited.service, Kind.GUARD, detail))


def _sealed_part(cursor: Any, seal: Seal, audited: Audited, progress: Progress) -> None:
    """In chunks, so that a stretch which is right costs no memory and its list is not even read."""
    digest, algorithm = seal.statement.algorithm.digest, seal.statement.algorithm
    leaves: list[bytes] = []
    nodes: list[bytes] = []

    def listed(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            leaves.append(row.entry.leaf(algorithm))
            if len(leaves) == CHUNK:
                nodes.append(root(digest, leaves))
                leaves.clear()
            yield row

    before = audited.events
    rows = shown(cursor, seal.first_tick - 1, seal.last_tick, SHOWN, PREDECESSOR)
    _walk(audited, listed(Row.of(row) for row in rows), progress)
    if leaves:
        nodes.append(root(digest, leaves))
    if root(digest, nodes) == seal.statement.root and audited.events - before == seal.statement.count:
        if nodes_of(cursor, seal.statement.number) != nodes:
            detail = "its list of events was changed; the events themselves are as they were sealed"
            audited.findings.add(Finding(audited.service, Kind.SEAL, detail, seal=seal.statement.number))
        return
    entries = sealed_entries(cursor, seal)
    if entries is None:
        detail = "the feed does not hold what was sealed; its list, which would tell more, was changed too"
        audited.findings.add(Finding(audited.service, Kind.SEAL, detail, seal=seal.statement.number))
        return
    Difference(cursor, seal, entries, audited.findings).name()


def _walk(audited: Audited, rows: Iterable[Row], progress: Progress) -> None:
    unreported = 0
    for row in rows:
        fault = row.fault()
        if fault is not None:
            kind, version, detail = fault
            event = row.id if version == row.version else None
            audited.findings.add(Finding(audited.service, kind, detail, row.stream, version, event))
        audited.events += 1
        unreported += 1
        if unreported == CHUNK:
            progress(unreported)
            unreported = 0
    progress(unreported)


def _all_seen(cursor: Any, audited: Audited) -> None:
    cursor.execute("SELECT count(*) FROM events")
    stored = int(cursor.fetchone()[0])
    if stored != audited.events:
        detail = (
            f"the ticks show {audited.events} events, and {stored} are stored: ticks or txids were changed"
        )
        audited.findings.add(Finding(audited.service, Kind.GUARD, detail))


def name_findings(cursor: Any, findings: Findings) -> None:
    """The case numbers of what was found, by what any event of the stream says."""
    streams = {found.stream for found in findings.kept.values() if found.stream}
    names = {stream: _case_number(cursor, stream) for stream in streams}
    for key, found in findings.kept.items():
        if found.stream and names[found.stream]:
            findings.kept[key] = replace(found, name=names[found.stream])


def _case_number(cursor: Any, stream: UUID) -> str | None:
    cursor.execute(
        "SELECT data #>> '{case,case_no}' FROM events WHERE stream = %s AND starts_with(type, 'case.')"
        " AND data #>> '{case,case_no}' IS NOT NULL ORDER BY version LIMIT 1",
        (str(stream),),
    )
    row = cursor.fetchone()
    return str(row[0]) if row else None
