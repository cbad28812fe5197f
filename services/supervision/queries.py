"""Cards, statistics, rules, calendar, and how far the scanner is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from services.supervision.application import SupervisionApplication
from services.supervision.commands import person
from services.supervision.domain.card import CardState
from services.supervision.domain.decide import Person, allowed_actions
from services.supervision.readmodels.case_clock import CASE_CLOCK
from services.supervision.scanner import known_head
from shared.domain.legal_clock import RULE_SETS
from shared.domain.working_calendar import LEGAL_ZONE, WorkingCalendar
from shared.security.actor import Actor
from shared.service.call import Answer, Call
from shared.web.cursors import decode_cursor, encode_cursor

_CARDS = """
SELECT card_id::text, level, state, stage, sequence, case_no, item_code, item_name, department_code,
       department_name, region_code, source, due_at, passed_at, issued_at, used_days, rule,
       calendar_version, reason, appealed_by, appeal_reason, revocation_proposed_by, urged, version
FROM rm_cards.card
WHERE (%(level)s::text IS NULL OR level = %(level)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(department)s::text IS NULL OR department_code = %(department)s)
  AND (%(own)s::text IS NULL OR department_code = %(own)s)
  AND (%(case_no)s::text IS NULL OR case_no = %(case_no)s)
  AND (%(issued_at)s::timestamptz IS NULL
       OR (issued_at, card_id) < (%(issued_at)s::timestamptz, %(card_id)s::uuid))
ORDER BY issued_at DESC, card_id DESC
LIMIT %(limit)s
"""
_MOMENTS = ("due_at", "passed_at", "issued_at")


def list_cards(app: SupervisionApplication, call: Call) -> Answer:
    asked = call.params
    place = decode_cursor(asked["after"], 2) if asked.get("after") else (None, None)
    filters = {name: asked.get(name) for name in ("level", "state", "department", "case_no")}
    limit = int(asked["limit"])
    where = {**filters, "own": _own_department(call.actor), "limit": limit + 1}
    rows = app.db.fetch(_CARDS, {**where, "issued_at": place[0], "card_id": place[1]})
    page, by = rows[:limit], person(call.actor)
    following = None
    if len(rows) > limit:
        following = encode_cursor((page[-1]["issued_at"].isoformat(), page[-1]["card_id"]))
    return Answer({"items": [_card(row, by, call.actor) for row in page], "next": following})


def _own_department(actor: Actor) -> str | None:
    """Who only answers for a department sees that department's cards; a code nobody has, if it has none."""
    if actor.can("supervision.answer") and not actor.can("supervision.act"):
        return actor.department_code or "-"
    return None


def _card(row: dict[str, Any], by: Person, actor: Actor) -> dict[str, Any]:
    """`allowed_actions` by the same guards that decide."""
    state = CardState(
        row["version"],
        row["state"],
        row["level"],
        row["department_code"],
        appellant=row.pop("appealed_by"),
        revocation_proposed_by=row["revocation_proposed_by"],
    )
    may = by.supervises or actor.can("supervision.answer")
    moments = {name: row[name].astimezone(LEGAL_ZONE).isoformat() for name in _MOMENTS}
    return {**row, **moments, "allowed_actions": allowed_actions(state, by) if may else []}


_GROUPS = {
    "department": ("department_code", "department_name"),
    "region": ("region_code", "region_code"),
    "item": ("item_code", "item_name"),
}
_STATISTICS = """
WITH cases AS (
    SELECT {key} AS key, max({name}) AS name, count(*) AS cases,
        count(*) FILTER (WHERE state <> 'closed') AS open,
        count(*) FILTER (WHERE state <> 'closed' AND least(yellow_at, red_at) < %(now)s) AS overdue,
        count(*) FILTER (WHERE state = 'paused') AS paused,
        count(*) FILTER (WHERE completed) AS completed,
        count(*) FILTER (WHERE completed AND closed_colour IN ('normal', 'warning')) AS completed_in_time,
        count(*) FILTER (WHERE completed AND closed_colour IN ('yellow', 'red')) AS completed_late
    FROM rm_case_clock.case_clock
    WHERE (%(start)s::timestamptz IS NULL OR received_at >= %(start)s)
      AND (%(stop)s::timestamptz IS NULL OR received_at < %(stop)s)
      AND (%(own)s::text IS NULL OR department_code = %(own)s)
      AND version > 0
    GROUP BY {key}
), cards AS (
    SELECT {key} AS key, max({name}) AS name,
        count(*) FILTER (WHERE level = 'warning' AND state NOT IN ('revoked', 'cancelled')) AS warning,
        count(*) FILTER (WHERE level = 'yellow' AND state NOT IN ('revoked', 'cancelled')) AS yellow,
        count(*) FILTER (WHERE level = 'red' AND state NOT IN ('revoked', 'cancelled')) AS red,
        count(*) FILTER (WHERE state = 'revoked') AS revoked
    FROM rm_cards.card
    WHERE (%(start)s::timestamptz IS NULL OR issued_at >= %(start)s)
      AND (%(stop)s::timestamptz IS NULL OR issued_at < %(stop)s)
      AND (%(own)s::text IS NULL OR department_code = %(own)s)
    GROUP BY {key}
)
SELECT key, coalesce(cases.name, cards.name) AS name,
    coalesce(cases, 0) AS cases, coalesce(open, 0) AS open, coalesce(overdue, 0) AS overdue,
    coalesce(paused, 0) AS paused, coalesce(completed, 0) AS completed,
    coalesce(completed_in_time, 0) AS completed_in_time, coalesce(completed_late, 0) AS completed_late,
    coalesce(warning, 0) AS warning, coalesce(yellow, 0) AS yellow, coalesce(red, 0) AS red,
    coalesce(revoked, 0) AS revoked
FROM cases FULL JOIN cards USING (key) ORDER BY key
"""


def statistics(app: SupervisionApplication, call: Call) -> Answer:
    by = call.params["by"]
    key, name = _GROUPS[by]
    start, last = call.params.get("from_"), call.params.get("to")
    asked = {
        "now": app.clock.now(),
        "start": _midnight(start) if start else None,
        "stop": _midnight(last + timedelta(days=1)) if last else None,
        "own": _own_department(call.actor),
    }
    return Answer(
        {"by": by, "items": app.db.fetch(_STATISTICS.format(key=key, name=name), asked), "next": None}
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LEGAL_ZONE)


def list_rules(app: SupervisionApplication, _call: Call) -> Answer:
    selected = app.model.rules.id
    items = [{**rules.as_dict(), "selected": rules.id == selected} for rules in RULE_SETS.values()]
    return Answer({"items": items, "selected": selected, "next": None})


def show_calendar(app: SupervisionApplication, call: Call) -> Answer:
    calendar = app.model.calendar
    year = int(call.params.get("year") or calendar.day_of(app.clock.now()).year)
    days = dict(calendar.days(date(year, 1, 1), date(year, 12, 31)))
    return Answer(
        {
            "year": year,
            "version": calendar.version,
            "known_until": calendar.known_until.isoformat(),
            "provisional": not calendar.is_known(date(year, 12, 31)),
            "working_days": sum(days.values()),
            "rest": [day.isoformat() for day, works in days.items() if not works and day.weekday() < 5],
            "work": [day.isoformat() for day, works in days.items() if works and day.weekday() >= 5],
            "office_hours": [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in calendar.hours.spans],
            "due_time": calendar.day_end,
        }
    )


_SCAN_STATUS = """
SELECT
    (SELECT count(*) FROM rm_case_clock.case_clock WHERE next_check_at < %(head)s) AS waiting,
    (SELECT min(next_check_at) FROM rm_case_clock.case_clock
     WHERE next_check_at IS NOT NULL AND isfinite(next_check_at)) AS next_check_at,
    (SELECT count(*) FROM rm_case_clock.case_clock WHERE basis < %(basis)s OR basis > %(basis)s) AS outdated,
    (SELECT count(DISTINCT stream) FROM parked
     WHERE subscriber = %(subscriber)s AND skipped_at IS NULL) AS parked,
    (SELECT count(*) FROM rm_case_clock.case_clock WHERE state <> 'closed') AS open
"""


def scan_status(app: SupervisionApplication, _call: Call) -> Answer:
    now, calendar = app.clock.now(), app.model.calendar
    with app.db.transaction() as db:
        head, _ = known_head(db)
    found = app.db.fetch(
        _SCAN_STATUS, {"head": head, "basis": app.model.basis, "subscriber": CASE_CLOCK.name}
    )[0]
    due = found["next_check_at"]
    return Answer(
        {
            **found,
            "next_check_at": due.isoformat() if due else None,
            "head_at": head.isoformat() if head else None,
            "lag_seconds": max(0, int((now - head).total_seconds())) if head else None,
            "rules": f"{app.model.rules.id}/{app.model.rules.version}",
            "calendar_version": calendar.version,
            "known_until": calendar.known_until.isoformat(),
            "horizon_days": horizon(calendar, now),
        }
    )


def horizon(calendar: WorkingCalendar, now: datetime) -> int:
    """Days until due dates are only provisional; 0 when they are already."""
    return max(0, (calendar.known_until - calendar.day_of(now)).days)
