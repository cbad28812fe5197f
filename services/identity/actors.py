"""Who an account is when it acts: roles, post, enterprise."""

from __future__ import annotations

from typing import Any

from services.identity.application import Identity
from services.identity.domain.account import AccountState
from services.identity.streams import load_account, load_enterprise, load_staff
from shared.problems import unauthenticated
from shared.security.actor import Actor

AGENT = "enterprise_agent"


def actor_of(app: Identity, db: Any, account_id: str, enterprise_id: str | None = None) -> Actor:
    """The actor as of now. Raises the 401 problem when the account or its post or mandate has ended."""
    account = load_account(db, account_id)
    if not account.exists or account.closed:
        raise unauthenticated("this account is not in use")
    staff = load_staff(db, account_id)
    if staff.active:
        return Actor(
            id=account_id,
            roles=frozenset(staff.roles),
            name=account.name,
            department_code=staff.department_code,
            department_name=staff.department_name,
            region_code=staff.region_code,
            real_name_level=account.real_name_level,
        )
    enterprise_id = enterprise_id or account.enterprise_id
    roles = frozenset(account.roles)
    if enterprise_id is not None:
        _require_mandate(db, enterprise_id, account)
        roles = frozenset({AGENT})
    if not roles:
        raise unauthenticated("this account holds no post")
    return Actor(
        id=account_id,
        roles=roles,
        name=account.name,
        enterprise_id=enterprise_id,
        real_name_level=account.real_name_level,
        number_mark=app.mark(account_id, account.id_no),
    )


def _require_mandate(db: Any, enterprise_id: str, account: AccountState) -> None:
    if account.account_id not in load_enterprise(db, enterprise_id).mandates:
        raise unauthenticated("this account does not act for that enterprise")
