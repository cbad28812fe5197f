"""Where identity's events lie, and how states are loaded from them."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.identity.domain import account, enterprise, staff
from shared.eventstore.rows import COLUMNS, to_events

_EVENTS = f"SELECT {COLUMNS} FROM events WHERE stream = %s ORDER BY version"  # noqa: S608


def account_stream(account_id: str) -> UUID:
    return _stream("account", account_id)


def staff_stream(account_id: str) -> UUID:
    return _stream("staff", account_id)


def enterprise_stream(enterprise_id: str) -> UUID:
    return _stream("enterprise", enterprise_id)


def organisation_stream(code: str) -> UUID:
    return _stream("organisation", code)


def region_stream(region_code: str) -> UUID:
    """One stream per province: a list of thousands is appended in a few dozen round trips."""
    return _stream("region", region_code[:2])


def load_account(db: Any, account_id: str) -> account.AccountState:
    state = account.INITIAL
    for type, data in events_of(db, account_stream(account_id)):
        state = account.evolve(state, type, data)
    return state


def load_staff(db: Any, account_id: str) -> staff.StaffState:
    state = staff.INITIAL
    for type, data in events_of(db, staff_stream(account_id)):
        state = staff.evolve(state, type, data)
    return state


def load_enterprise(db: Any, enterprise_id: str) -> enterprise.EnterpriseState:
    return enterprise.fold(events_of(db, enterprise_stream(enterprise_id)))


def events_of(db: Any, stream: UUID) -> list[tuple[str, dict[str, Any]]]:
    """`db` is the cursor of the transaction at hand."""
    db.execute(_EVENTS, (str(stream),))
    return [(event.type, event.data) for event in to_events(db, db.fetchall(), "identity")]


def _stream(category: str, key: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"yiwang:{category}:{key}")
