"""The second person of what takes two: an account that may do it, not a name that somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from services.cases.bootstrap import CasesApplication
from services.cases.commands.questions import account, answered_before
from shared.contracts.cases import ACTIONS
from shared.problems import FieldError, invalid
from shared.security.actor import Actor
from shared.security.roles import permissions_of
from shared.service.call import Call

_TAKES_TWO = {"record-step": ("co_officer", "cases.examine"), "correct": ("released_by", "cases.approve")}
"""Action → where the second person is named, and what they must be allowed to do themselves."""


@dataclass(frozen=True, slots=True)
class SecondOfficer:
    """Who was named as the second person. `found` is identity's answer, None where there is nobody."""

    field: str
    permission: str
    found: Mapping[str, Any] | None

    def name(self, actor: Actor) -> str:
        """The account's own name. Raises the 422 problem for whoever can't be the second person.

        An unknown account, a closed one and one of another department look the same.
        """
        found = self.found or {}
        allowed = self.permission in permissions_of(found.get("roles") or ())
        same = actor.department_code is not None and found.get("department_code") == actor.department_code
        if found.get("closed") or not (allowed and same):
            detail = f"no colleague of your department with the permission {self.permission} has this account"
            raise invalid([FieldError(self.field, "no_such_officer", detail)])
        return str(found["name"])


def ask_second_officer(app: CasesApplication, call: Call, action: str) -> SecondOfficer | None:
    """None where nobody is named, or the body is so wrong that it will be refused for that.

    The answer is judged later, once it is known that the actor may see the case: so it tells nothing.
    """
    if action not in _TAKES_TWO or answered_before(app, call):
        return None
    field, permission = _TAKES_TWO[action]
    try:
        named = ACTIONS[action].schema().load(call.body).get(field)
    except ValidationError:
        return None
    return SecondOfficer(field, permission, account(app, named["id"])) if named else None
