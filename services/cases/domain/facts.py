"""How a fact is put together: the case's identity, what happened, and the status after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.cases.domain.state import CaseState
from services.cases.domain.transitions import TRANSITIONS
from shared.domain.decision import Fact


def moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def parse_moment(text: Any) -> datetime | None:
    """None for what isn't a moment: history is read, not judged. A time without offset is UTC."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def fact(state: CaseState, event: str, status: str | None = None, /, **data: Any) -> Fact:
    """`status` may be left out where the table leaves no choice."""
    allowed = TRANSITIONS[state.status].get(event, frozenset())
    if status is None:
        (status,) = allowed
    if status not in allowed:
        raise AssertionError(f"{event} does not lead from {state.status!r} to {status!r}")
    return Fact(event, {"case": dict(state.case), **data, "status": status})


def identity(command_case: Mapping[str, Any]) -> dict[str, Any]:
    """The block `data.case` with all its keys, None where unknown or no text."""
    keys = (
        "case_no", "item_code", "item_name", "department_code", "department_name",
        "region_code", "source", "application_form",
    )  # fmt: skip
    found = {key: command_case.get(key) for key in keys}
    return {key: value if isinstance(value, str) else None for key, value in found.items()}
