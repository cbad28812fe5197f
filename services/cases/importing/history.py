"""What a logged case says happened, as the facts of a case of ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.cases.commands.append import Dated
from services.cases.domain import INITIAL, evolve, record
from services.cases.importing.rows import LoggedCase, LoggedEvent

LOG_ITEM: dict[str, Any] = {
    "code": "LOG", "name": "历史办件", "version": 1, "serial": "LOG", "item_type": "10", "level": 4,
    "case_type": "promised", "application_forms": [], "clock_start": "received", "incomplete": "notice",
    "deemed": "none", "statutory_limit": None, "promised_limit": None, "extension": None,
    "delivery_limit": None, "pre_review_limit": None, "steps": [], "special_procedures": [],
    "materials": [], "situations": [], "fee": None, "result": None, "delivery": [],
    "project_no_required": False, "forwarded": None, "service_object": [], "theme": None,
}  # fmt: skip
"""The log names no item of ours. This one states no limit: the log's own deadline is the only one."""

NO_OPINION = "（日志未载意见）"
_ONLINE = {"internet", "e-mail", "email", "web", "online"}

Stated = tuple[datetime, str, dict[str, Any]]


def history_of(case: LoggedCase, case_no: str, receipt_no: str, query_code: str) -> list[Dated]:
    """Submitted and accepted first, then steps and the end in the order of their times.

    Each is dated when it happened; what broke our guards (a step after the end) carries flags.
    """
    item = LOG_ITEM | {"department_code": case.department, "department_name": case.department}
    submitted = _submitted(case, item, case_no) | {"receipt_no": receipt_no, "query_code": query_code}
    stated = [(case.started_at, "case.submitted", submitted), *_acceptance(case)]
    rest = sorted([*_steps(case), *_end(case)], key=lambda each: each[0])
    state, facts = INITIAL, list[Dated]()
    for at, type_, data in [*stated, *rest]:
        fact = record(state, type_, data, at)
        state = evolve(state, type_, fact.data, at)
        facts.append(Dated(fact, at))
    return facts


def _submitted(case: LoggedCase, item: dict[str, Any], case_no: str) -> dict[str, Any]:
    stated = {"statutory": case.deadline, "promised": None, "planned_end": case.planned_end}
    information = {"channel": case.channel, "responsible": case.responsible, "group": case.group}
    online = (case.channel or "").lower() in _ONLINE
    return {
        "case": {
            "case_no": case_no,
            "item_code": item["code"],
            "item_name": item["name"],
            "department_code": case.department,
            "department_name": case.department,
            "region_code": None,
            "source": "import",
            "application_form": "full_online" if online else "window",
        },
        "item": item,
        "external_id": case.external_id,
        # Whoever applied is not in the log; their documents neither.
        "applicant": {"type": "other_organisation", "subject_id": None},
        "form": {name: value for name, value in information.items() if value},
        "deadlines": {name: at.isoformat() if at else None for name, at in stated.items()},
    }


def _acceptance(case: LoggedCase) -> Iterator[Stated]:
    """A log begins with what was taken in hand: its cases count as accepted when they start."""
    yield case.started_at, "case.accepted", {"officer": _officer(case.responsible, case)}


def _steps(case: LoggedCase) -> Iterator[Stated]:
    for event in case.events:
        yield event.at, "case.step_recorded", _step(event, case)


def _step(event: LoggedEvent, case: LoggedCase) -> dict[str, Any]:
    at = event.at.isoformat()
    return {
        "step": event.name,
        "action": "passed",
        "opinion": NO_OPINION,
        "started_at": at,
        "ended_at": at,
        "officer": _officer(event.resource, case),
        "log_event": {"id": event.id, "group": event.group},
    }


def _end(case: LoggedCase) -> Iterator[Stated]:
    """The log states no outcome, only that the case was closed."""
    if case.ended_at is None:
        return
    officer = _officer(case.responsible, case)
    yield case.ended_at, "case.decided", {"outcome": "other", "officer": officer}
    yield case.ended_at, "case.completed", {"result_code": "other", "officer": officer}


def _officer(resource: str | None, case: LoggedCase) -> dict[str, Any] | None:
    """Resources of a log are pseudonyms: id and name are the same."""
    if resource is None:
        return None
    return {
        "id": resource,
        "name": resource,
        "department_code": case.department,
        "department_name": case.department,
    }
