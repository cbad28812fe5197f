"""The audit of one case: its rows, its chain, and every seal that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.database.pool import Database
from shared.seals.audit import Audited, check_seals, name_findings, one_view
from shared.seals.finding import Finding, Findings, Kind
from shared.seals.proof import rows_and_seals
from shared.seals.rows import Row
from shared.seals.seal import Entry, Seal
from shared.seals.sealed_part import sealed_entries
from shared.seals.shelf import all_seals, chunks_naming
from shared.seals.signing import PublicKey


def audit_stream(db: Database, service: str, keys: Mapping[str, PublicKey], stream: UUID) -> Audited:
    """Finds what the whole audit would of this stream, but not where it stands among the events of others
    in the same seal. Reads the lists of all seals, so that what was removed is found too."""
    audited = Audited(service)
    with one_view(db) as cursor:
        seals = all_seals(cursor)
        check_seals(service, seals, keys, audited.findings)
        audited.seals = len(seals)
        found = rows_and_seals(cursor, stream)
        for row, _ in found:
            fault = row.fault()
            if fault is not None:
                kind, version, detail = fault
                event = row.id if version == row.version else None
                audited.findings.add(Finding(service, kind, detail, stream, version, event))
        audited.events = len(found)
        audited.sealed = sum(1 for _, seal in found if seal)
        listed = _listed(cursor, service, stream, seals, audited.findings)
        _compare(service, stream, found, listed, audited.findings)
        name_findings(cursor, audited.findings)
    return audited


def _listed(
    cursor: Any, service: str, stream: UUID, seals: list[Seal], findings: Findings
) -> dict[int, tuple[int, Entry]]:
    """Version -> (seal, entry), from lists that make their seal's signed root."""
    by_number = {seal.statement.number: seal for seal in seals}
    listed: dict[int, tuple[int, Entry]] = {}
    for number in sorted({number for number, *_ in chunks_naming(cursor, stream.bytes)}):
        entries = sealed_entries(cursor, by_number[number])
        if entries is None:
            detail = "its list of events was changed, and does not make the signed root"
            findings.add(Finding(service, Kind.SEAL, detail, seal=number))
            continue
        listed |= {entry.version: (number, entry) for entry in entries if entry.stream == stream}
    return listed


def _compare(
    service: str,
    stream: UUID,
    found: list[tuple[Row, int | None]],
    listed: Mapping[int, tuple[int, Entry]],
    findings: Findings,
) -> None:
    def add(kind: Kind, entry: Entry, number: int, detail: str) -> None:
        findings.add(Finding(service, kind, detail, stream, entry.version, entry.id, seal=number))

    for row, number in found:
        known = listed.get(row.version)
        if known is None and number is not None:
            add(Kind.INSERTED, row.entry, number, f"seal {number} does not have it")
        elif known is not None and known[1] != row.entry:
            add(Kind.REPLACED, row.entry, known[0], f"seal {known[0]} has event {known[1].id} here")
        elif known is not None and known[0] != number:
            add(Kind.MOVED, row.entry, known[0], f"it was sealed in seal {known[0]} and stands elsewhere")
    there = {row.version for row, _ in found}
    for version, (number, entry) in listed.items():
        if version not in there:
            add(Kind.REMOVED, entry, number, f"seal {number} has it, and it is gone")
