"""Historical cases of a process log: recorded as they were, once, never refused, without effects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.append import append_facts
from services.cases.commands.numbers import next_case_no, query_code, receipt_no
from services.cases.commands.questions import answered_before
from services.cases.importing.history import LOG_ITEM, history_of
from services.cases.importing.rows import LoggedCase, read_case
from services.cases.settings import PER_ITEM
from shared.clock import LEGAL_ZONE
from shared.domain.case_number import case_stream
from shared.eventstore.event import Metadata
from shared.eventstore.store import UnitOfWork
from shared.importing.faults import RowFault
from shared.service.call import Answer, Call
from shared.service.execute import execute


def import_log(app: CasesApplication, call: Call) -> Answer:
    """Good cases are kept, bad ones are named. A case that is here already is left as it is.

    Several cases per transaction, and not all in one: what was stored stays when the call breaks off,
    and a second call finds it. Blocks for about a second per thousand events.
    """
    report: dict[str, Any] = {}
    if not answered_before(app, call):
        report = _import(app, call)
    return execute(app, call, lambda unit: Answer(report))


def _import(app: CasesApplication, call: Call) -> dict[str, Any]:
    errors: list[RowFault] = []
    warnings: list[RowFault] = []
    good: list[LoggedCase] = []
    for index, raw in enumerate(call.body["cases"], start=1):
        case = read_case(raw, index, errors, warnings)
        if case is not None:
            good.append(case)
    dry_run = call.body["dry_run"]
    imported = _missing(app, good) if dry_run else _store_all(app, call, good)
    return {
        "total": len(call.body["cases"]),
        "imported": imported,
        "unchanged": len(good) - imported,
        "rejected": len(call.body["cases"]) - len(good),
        "errors": [fault.as_dict() for fault in errors],
        "warnings": [fault.as_dict() for fault in warnings],
        "dry_run": dry_run,
    }


def _missing(app: CasesApplication, cases: list[LoggedCase]) -> int:
    """How many of them would be new."""
    ids = {case.external_id for case in cases}
    known = app.db.fetch("SELECT count(*) AS n FROM imported_case WHERE external_id = ANY(%s)", (list(ids),))
    return len(ids) - int(known[0]["n"])


def _store_all(app: CasesApplication, call: Call, cases: list[LoggedCase]) -> int:
    base = call.metadata()
    metadata = Metadata(base.actor, "import", base.command_id, base.correlation_id)
    imported = 0
    for batch in _batches(cases, app.settings.import_batch):
        with app.store.unit_of_work() as unit:
            imported += sum(_store(unit, case, metadata) for case in batch)
    return imported


def _batches(cases: list[LoggedCase], size: int) -> Iterator[list[LoggedCase]]:
    """In order of their ids: two imports of one file then wait for each other, and don't deadlock."""
    ordered = sorted(cases, key=lambda case: (case.started_at, case.external_id))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def _store(unit: UnitOfWork, case: LoggedCase, metadata: Metadata) -> bool:
    """False when the case is here already. Blocks while another transaction stores it."""
    unit.cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"log/{case.external_id}",))
    unit.cursor.execute("SELECT 1 FROM imported_case WHERE external_id = %s", (case.external_id,))
    if unit.cursor.fetchone():
        return False
    day = case.started_at.astimezone(LEGAL_ZONE).date()
    case_no = next_case_no(unit.cursor, LOG_ITEM, day, PER_ITEM)
    facts = history_of(case, case_no, receipt_no(case_no), query_code())
    append_facts(unit, case_stream(case_no), 0, facts, metadata)
    unit.cursor.execute(
        "INSERT INTO imported_case (external_id, case_no) VALUES (%s, %s)", (case.external_id, case_no)
    )
    return True
