"""What a command asks other services. Always before its transaction: no connection waits for an answer."""

from __future__ import annotations

from typing import Any

from services.cases.bootstrap import CasesApplication
from shared.problems import FieldError, Problem, invalid
from shared.service.call import Call


def answered_before(app: CasesApplication, call: Call) -> bool:
    """Whether the key has its answer: a retry then asks nobody, or it would fail for what changed since."""
    rows = app.db.fetch(
        "SELECT 1 FROM commands WHERE principal = %s AND key = %s AND answer IS NOT NULL",
        (call.actor.id, call.key),
    )
    return bool(rows)


def item_snapshot(app: CasesApplication, code: str) -> dict[str, Any]:
    """The published version to pin. Raises 422 for an unknown item, 409 for one nobody may apply for."""
    try:
        return dict(app.remote.call("catalogue", "item_for_case", params={"code": code}).value)
    except Problem as problem:
        if problem.status == 404:
            raise invalid([FieldError("item_code", "unknown_item", f"there is no item {code}")]) from problem
        raise


def own_number(app: CasesApplication, call: Call) -> str | None:
    """The citizen's number of whoever is signed in, asked in their own name; None for an account without."""
    found: str | None = app.remote.call("identity", "me", actor=call.actor).value.get("id_no")
    return found


def account(app: CasesApplication, account_id: str) -> dict[str, Any] | None:
    """Name, state and post of an account; None where there is none."""
    try:
        return dict(app.remote.call("identity", "account", params={"id": account_id}).value)
    except Problem as problem:
        if problem.status in (404, 422):
            return None
        raise
