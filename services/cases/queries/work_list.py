"""`GET /cases`, own cases, and counts, from the work list read model."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.cases.bootstrap import CasesApplication
from services.cases.commands.access import ALL_CASES
from services.cases.queries.as_of import past_page
from services.cases.queries.newest import ORDER, Whose, newest, of_department, of_person
from services.cases.queries.paging import decode_cursor, encode_cursor
from shared.problems import FieldError, invalid
from shared.security.actor import Actor
from shared.service.call import Answer, Call

# "Passed" means strictly before now, as the legal clock's own reading has it.
_COLOUR = """
coalesce(closed_colour,
    CASE WHEN red_at < %(now)s THEN 'red' WHEN yellow_at < %(now)s THEN 'yellow'
         WHEN warning_at < %(now)s THEN 'warning' ELSE 'normal' END)
"""
_SHOWN = (
    "case_no", "external_id", "item_code", "item_name", "case_type", "application_form", "department_code",
    "department_name", "region_code", "source", "status", "applicant_masked", "subject_id", "assignee",
    "current_step", "outcome", "submitted_at", "accepted_at", "completed_at", "updated_at", "clock_state",
    "statutory_due_at", "promised_due_at", "provisional", "version",
)  # fmt: skip
_EQUAL = {"status": "status", "item": "item_code", "source": "source", "external_id": "external_id"}


def list_cases(app: CasesApplication, call: Call) -> Answer:
    """Staff see their department's cases, supervisors and operators all. `as_of`: as it stood then."""
    own = own_department(call)
    whose = None if own is None else of_department(own)
    if call.params.get("as_of"):
        return Answer(past_page(app, call, whose, _SHOWN))
    where, args = _filters(call)
    wanted = call.params.get("department")
    if wanted and whose is None:
        whose = of_department(wanted)
    elif wanted:
        _also_of(wanted, where, args)
    return Answer(_page(app, call, where, args, whose))


def own_department(call: Call) -> str | None:
    """The department whose cases are all the actor may list; None for who may list every case."""
    return None if call.actor.roles & ALL_CASES else call.actor.department_code or ""


def my_cases(app: CasesApplication, call: Call) -> Answer:
    """Cases the actor or their enterprise applied for, or that they handed in for others. `as_of`: as they
    stood then."""
    subjects = [each for each in (call.actor.id, call.actor.enterprise_id) if each]
    whose = of_person(call.actor.id, subjects)
    if call.params.get("as_of"):
        return Answer(past_page(app, call, whose, _SHOWN))
    where: list[str] = []
    args: dict[str, Any] = {}
    if call.params.get("status"):
        where.append("status = %(status)s")
        args["status"] = call.params["status"]
    return Answer(_page(app, call, where, args, whose))


def statistics(app: CasesApplication, call: Call) -> Answer:
    """Counts by status, case type, department, source and colour of the cases the actor may list."""
    where, args = _filters(call)
    if call.params.get("department"):
        _also_of(call.params["department"], where, args)
    own = own_department(call)
    if own is not None:
        whose = of_department(own)
        where.append(whose.condition)
        args |= whose.args
    args["now"] = app.clock.now()
    counts: dict[str, dict[str, int]] = {}
    for name, expression in _GROUPS.items():
        rows = app.db.fetch(
            f"SELECT {expression} AS value, count(*) AS count FROM rm_work_list.entry"  # noqa: S608 - own names
            f" WHERE {' AND '.join(where) or 'true'} GROUP BY 1 ORDER BY 2 DESC, 1",
            args,
        )
        counts[f"by_{name}"] = {row["value"]: row["count"] for row in rows}
    return Answer({"total": sum(counts["by_status"].values()), **counts})


_GROUPS = {
    "status": "status",
    "case_type": "case_type",
    "department": "department_code",
    "source": "source",
    "colour": _COLOUR,
}


def _filters(call: Call) -> tuple[list[str], dict[str, Any]]:
    where, args = [], {}
    for param, column in _EQUAL.items():
        if call.params.get(param):
            where.append(f"{column} = %({param})s")
            args[param] = call.params[param]
    if call.params.get("due_before"):
        where.append("closed_colour IS NULL AND least(promised_due_at, statutory_due_at) < %(due_before)s")
        args["due_before"] = call.params["due_before"]
    if call.params.get("clock"):
        where.append(f"{_COLOUR} = %(clock)s")
        args["clock"] = call.params["clock"]
    if call.params.get("q"):
        where.append("(case_no ILIKE %(q)s OR item_name ILIKE %(q)s OR external_id ILIKE %(q)s)")
        args["q"] = f"%{_plain_like(call.params['q'])}%"
    _assignee(call.actor, call.params.get("assignee"), where, args)
    return where, args


def _also_of(department: str, where: list[str], args: dict[str, Any]) -> None:
    """Beside the department whose cases they must be anyway."""
    where.append("%(department)s IN (department_code, handling_department_code)")
    args["department"] = department


def _assignee(actor: Actor, wanted: str | None, where: list[str], args: dict[str, Any]) -> None:
    if wanted == "none":
        where.append("assignee IS NULL")
    elif wanted:
        where.append("assignee = %(assignee)s")
        args["assignee"] = actor.id if wanted == "me" else wanted


def _page(
    app: CasesApplication,
    call: Call,
    where: list[str],
    args: dict[str, Any],
    whose: Whose | None,
) -> dict[str, Any]:
    """Newest first. The cursor is the last row's place, so that new cases don't shift the pages."""
    limit = call.params["limit"]
    place = decode_cursor(call.params.get("after"), 2)
    args |= {"now": app.clock.now(), "limit": limit + 1, **(whose.args if whose else {})}
    if place:
        where.append("(submitted_at, case_no) < (%(after_at)s, %(after_no)s)")
        args |= {"after_at": _moment(place[0]), "after_no": str(place[1])}
    rows = app.db.fetch(
        f"SELECT {', '.join(_SHOWN)}, {_COLOUR} AS colour FROM ({newest(where, whose)}) e {ORDER}",  # noqa: S608
        args,
    )
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1] if more else None
    return {
        "items": [{name: _json(value) for name, value in row.items()} for row in shown],
        "next": encode_cursor(last["submitted_at"].isoformat(), last["case_no"]) if last else None,
    }


def _moment(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise invalid([FieldError("after", "unknown_cursor", "this is not a cursor of this list")]) from error


def _plain_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
