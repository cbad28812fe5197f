"""Public progress by case number and query code."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.queries.titles import title
from shared.domain.case_number import case_stream
from shared.domain.erased import ERASED
from shared.eventstore.rows import first_events
from shared.problems import not_found
from shared.service.call import Answer, Call


def progress(app: CasesApplication, call: Call) -> Answer:
    """Masked, for whoever has both numbers. A wrong code looks like a case that isn't there."""
    args = {"case_no": call.params["case_no"]}
    found = app.db.fetch(
        "SELECT case_no, item_name, department_name, applicant_masked, status, outcome, submitted_at,"
        " promised_due_on FROM rm_progress.summary WHERE case_no = %(case_no)s",
        args,
    )
    if not found or not _opens(app, args["case_no"], call.params["query_code"]):
        raise not_found("a case with this number and query code")
    steps = app.db.fetch(
        "SELECT at, type, step FROM rm_progress.step WHERE case_no = %(case_no)s ORDER BY version", args
    )
    summary = found[0]
    due_on = summary["promised_due_on"]
    return Answer(
        summary
        | {
            "submitted_at": summary["submitted_at"].isoformat(),
            "promised_due_on": due_on.isoformat() if due_on else None,
            "steps": [_public_step(step, call.language) for step in steps],
        }
    )


def _opens(app: CasesApplication, case_no: str, given: str) -> bool:
    """The code lies sealed in the case's first event and nowhere else. An erased case has none any more."""
    stream = case_stream(case_no)
    with app.db.at_once() as db:
        first = first_events(db, [stream], "cases")[stream]
    code = str(first.data.get("query_code") or ERASED)
    return code != ERASED and compare_digest(code.encode(), given.strip().upper().encode())


def _public_step(step: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "at": step["at"].isoformat(),
        "type": step["type"],
        "title": title(step["type"], language),
        "step": step["step"],
    }
