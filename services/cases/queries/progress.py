"""Public progress by case number and query code."""

from __future__ import annotations

from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.queries.titles import title
from shared.problems import not_found
from shared.service.call import Answer, Call


def progress(app: CasesApplication, call: Call) -> Answer:
    """Masked, for whoever has both numbers. A wrong code looks like a case that isn't there."""
    args = {"case_no": call.params["case_no"], "code": call.params["query_code"].strip().upper()}
    found = app.db.fetch(
        "SELECT case_no, item_name, department_name, applicant_masked, status, outcome, submitted_at,"
        " promised_due_on FROM rm_progress.summary WHERE case_no = %(case_no)s AND query_code = %(code)s",
        args,
    )
    if not found:
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


def _public_step(step: dict[str, Any], language: str) -> dict[str, Any]:
    return {
        "at": step["at"].isoformat(),
        "type": step["type"],
        "title": title(step["type"], language),
        "step": step["step"],
    }
