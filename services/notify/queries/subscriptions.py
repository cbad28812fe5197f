"""Subscriptions, and how far each got."""

from __future__ import annotations

from typing import Any

from services.notify.application import NotifyApplication
from services.notify.delivery.lanes import MAIN, lanes
from services.notify.domain.filters import Filter
from services.notify.domain.names import queue_name
from services.notify.ledger.page import Span, count, head
from services.notify.ledger.place import encode, epoch
from services.notify.queries.paging import next_place, place
from services.notify.queries.scope import may_see, scope_of
from shared.problems import not_found
from shared.service.call import Answer, Call

_ROW = "SELECT id, name, department_code, filters, kind, url, state, version, created_at"
_LIST = f"""
{_ROW} FROM rm_subscriptions.subscription
WHERE (created_at, id) < (%(at)s::timestamptz, %(id)s::uuid)
  AND (%(scope)s::text IS NULL OR department_code = %(scope)s)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(name)s::text IS NULL OR name = %(name)s)
ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""
ATTEMPTS_SHOWN = 20


def subscriptions(app: NotifyApplication, call: Call) -> Answer:
    limit = call.params["limit"]
    at, identifier = place(call.params["after"])
    wanted = {name: call.params.get(name) for name in ("state", "name")}
    args = {"at": at, "id": identifier, "limit": limit, "scope": scope_of(call.actor), **wanted}
    rows = app.db.fetch(_LIST, args)
    items = [_shown(row) for row in rows]
    return Answer({"items": items, "next": next_place(rows, limit, "created_at")})


def subscription(app: NotifyApplication, call: Call) -> Answer:
    row = _find(app, call)
    return Answer(_shown(row), version=row["version"])


def deliveries(app: NotifyApplication, call: Call) -> Answer:
    """`pending` counts the ledger's rows, so it may take a moment on a subscription that is far behind."""
    row = _find(app, call)
    wanted = Filter.of(row["filters"], row["department_code"])
    with app.db.transaction() as db:
        era, end = epoch(db), head(db)
        db.execute("SELECT delivered FROM delivery WHERE subscription = %s", (row["id"],))
        delivered = db.fetchone()[0]
        found = lanes(db, row["id"])
        main = next((lane for lane in found if lane.case_no == MAIN), None)
        held = [lane for lane in found if lane.case_no != MAIN]
        pending = 0
        if main is not None:
            pending = count(db, wanted, Span(main.seq, end, without=[lane.case_no for lane in held]))
            pending += sum(count(db, wanted, Span(lane.seq, end, case=lane.case_no)) for lane in held)
        attempts = _attempts(db, row["id"], era)
    return Answer(
        {
            "subscription": row["id"],
            "cursor": encode(era, main.seq if main else 0),
            "delivered": delivered,
            "pending": pending,
            "failures": main.failures if main else 0,
            "next_at": main.next_at.isoformat() if main else None,
            "last_error": main.last_error if main else None,
            "held": [_held(lane, era) for lane in held],
            "attempts": attempts,
        }
    )


def _find(app: NotifyApplication, call: Call) -> dict[str, Any]:
    identifier = str(call.params["id"])
    rows = app.db.fetch(f"{_ROW} FROM rm_subscriptions.subscription WHERE id = %s", (identifier,))
    if not rows or not may_see(call.actor, rows[0]["department_code"]):
        raise not_found(f"subscription {identifier}")
    return rows[0]


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in ("id", "name", "department_code", "filters", "state", "version")}
    shown["delivery"] = {"kind": row["kind"], "url": row["url"]}
    shown["created_at"] = row["created_at"].isoformat()
    if row["kind"] == "queue":
        shown["queue"] = queue_name(row["name"])
    return shown


def _held(lane: Any, era: str) -> dict[str, Any]:
    return {
        "case_no": lane.case_no,
        "cursor": encode(era, lane.seq),
        "failures": lane.failures,
        "next_at": lane.next_at.isoformat(),
        "last_error": lane.last_error,
    }


def _attempts(db: Any, subscription_id: str, era: str) -> list[dict[str, Any]]:
    db.execute(
        "SELECT at, first_seq, last_seq, events, outcome, detail FROM attempt WHERE subscription = %s"
        " ORDER BY id DESC LIMIT %s",
        (subscription_id, ATTEMPTS_SHOWN),
    )
    return [
        {
            "at": at.isoformat(), "first": encode(era, first), "last": encode(era, last),
            "events": events, "outcome": outcome, "detail": detail,
        }
        for at, first, last, events, outcome, detail in db.fetchall()
    ]  # fmt: skip
