"""`import_items`: a published list as guide-only items, every row accounted for."""

from __future__ import annotations

from collections import Counter
from typing import Any

from services.catalogue.commands.leases import Leases
from services.catalogue.domain.item import ImportFromList, ItemState, decide, evolve
from services.catalogue.domain.list_file import ListFile, check_file, reject
from services.catalogue.domain.list_row import fingerprint
from services.catalogue.streams import item_stream, load_items
from shared.domain.decision import Fact, Refusal
from shared.eventstore.store import UnitOfWork
from shared.service.application import Application
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events


def import_items(app: Application, call: Call) -> Answer:
    """One transaction: the good rows are there together or not at all. A dry run appends nothing."""

    leases = Leases()

    def work(unit: UnitOfWork) -> Answer:
        leases.begin()
        file = check_file(call.body["rows"])
        states = load_items(unit, list(file.kept))
        decided = _decide(file, states)
        if not call.body["dry_run"]:
            for code, facts in decided.items():
                unit.append(item_stream(code), states[code].version, to_events(facts, app), call.metadata())
                leases.changed(states[code], _after(states[code], facts))
        return Answer(_report(file, imported=len(decided), dry_run=call.body["dry_run"]))

    answer = execute(app, call, work)
    leases.outlast(app)
    return answer


def _decide(file: ListFile, states: dict[str, ItemState]) -> dict[str, list[Fact]]:
    """Facts per code; rows that the item's own state refuses become errors of the report."""
    decided: dict[str, list[Fact]] = {}
    for code, check in list(file.kept.items()):
        notes = [{"field": note.field, "code": note.code} for note in check.warnings]
        try:
            facts = decide(states[code], ImportFromList(check.item, fingerprint(check.item), notes))
        except Refusal as refusal:
            reject(file, check, refusal.code, refusal.detail)
            continue
        if facts:
            decided[code] = facts
    return decided


def _after(state: ItemState, facts: list[Fact]) -> ItemState:
    for fact in facts:
        state = evolve(state, fact.type, fact.data)
    return state


def _report(file: ListFile, *, imported: int, dry_run: bool) -> dict[str, Any]:
    found = Counter(note.code for note in [*file.errors, *file.warnings])
    return {
        "total": file.total,
        "imported": imported,
        "unchanged": file.total - file.rejected - imported,
        "rejected": file.rejected,
        "errors": [note.as_dict() for note in sorted(file.errors, key=lambda note: note.line)],
        "warnings": [note.as_dict() for note in file.warnings],
        "counts": dict(found.most_common()),
        "dry_run": dry_run,
    }
