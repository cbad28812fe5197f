"""What a command asks other services. Always before its transaction: no connection waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.cases.bootstrap import CasesApplication
from shared.problems import FieldError, Problem, invalid
from shared.security.own_number import is_marked
from shared.service.call import Call

_KNOWN = """
SELECT EXISTS (SELECT FROM commands WHERE principal = %(principal)s AND key = %(key)s AND answer IS NOT NULL)
    AS answered, EXISTS (SELECT FROM vault.erased WHERE subject = %(principal)s) AS erased
"""


@dataclass(frozen=True, slots=True)
class Known:
    """`answered`: the key has its answer; a retry then asks nobody, or it would fail for what changed since.
    `erased`: the actor's data was erased here; an old token's word for who they are counts no more."""

    answered: bool
    erased: bool


def known_here(app: CasesApplication, call: Call) -> Known:
    [row] = app.db.fetch(_KNOWN, {"principal": call.actor.id, "key": call.key})
    return Known(row["answered"], row["erased"])


def answered_before(app: CasesApplication, call: Call) -> bool:
    return known_here(app, call).answered


def item_snapshot(app: CasesApplication, code: str, *, anew: bool = False) -> dict[str, Any]:
    """The published version to pin; `anew` for whom none was held.

    Raises 422 for an unknown item, 409 for one nobody may apply for.
    """

    def ask(code: str) -> dict[str, Any]:
        return dict(app.remote.call("catalogue", "item_for_case", params={"code": code}).value)

    try:
        return app.items.renewed(code, ask) if anew else app.items.item(code, ask)
    except Problem as problem:
        if problem.status == 404:
            raise invalid([FieldError("item_code", "unknown_item", f"there is no item {code}")]) from problem
        raise


def is_own_number(app: CasesApplication, call: Call, known: Known, number: str | None) -> bool:
    """Whether the token itself says that this is its holder's number. False: ask identity."""
    return not known.erased and is_marked_own(app, call, number)


def is_marked_own(app: CasesApplication, call: Call, number: str | None) -> bool:
    """The same of somebody whose data was not erased."""
    key, actor = app.settings.mark_key, call.actor
    return key is not None and is_marked(actor.number_mark, key, actor.id, number)


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
