"""`GET /events`: the ledger read in batches by whoever asks with the last cursor."""

from __future__ import annotations

from typing import Any

from services.notify.application import NotifyApplication
from services.notify.domain.filters import Filter
from services.notify.ledger import replays
from services.notify.ledger.page import Span, head, page
from services.notify.ledger.place import behind_event, decode, encode, epoch
from services.notify.queries.scope import may_see, scope_of
from shared.problems import not_found
from shared.service.call import Answer, Call

_LISTS = ("types", "regions", "items", "departments")


def events(app: NotifyApplication, call: Call) -> Answer:
    """Answers at once, also with nothing. `next` is where to go on, past what the filters left out."""
    wanted, limit = _filter(app, call), call.params["limit"]
    with app.db.transaction() as db:
        era, back = epoch(db), None
        start = behind_event(db, era, call.params["after"])
        if (subscription := call.params.get("subscription")) and not call.params.get("case"):
            after, back = replays.enter(db, era, str(subscription), start)
        else:
            after = decode(era, start)
        if back is not None:
            again, following, _ = replays.read(db, era, wanted, back, limit)
            # More in any case: what is live follows.
            return Answer({"items": [one.cloudevent for one in again], "next": following, "more": True})
        end = max(head(db), after)
        found = page(db, wanted, Span(after, end, case=call.params.get("case")), limit, era)
    full = len(found) == limit
    return Answer(
        {
            "items": [entry.cloudevent for entry in found],
            "next": encode(era, found[-1].seq if full else end),
            "more": full,
        }
    )


def _filter(app: NotifyApplication, call: Call) -> Filter:
    scope = scope_of(call.actor)
    if subscription := call.params.get("subscription"):
        return _subscribed(app, call, str(subscription))
    stated = {name: [part for part in call.params.get(name, "").split(",") if part] for name in _LISTS}
    return Filter.of(stated, scope)


def _subscribed(app: NotifyApplication, call: Call, subscription: str) -> Filter:
    rows: list[dict[str, Any]] = app.db.fetch(
        "SELECT filters, department_code FROM rm_subscriptions.subscription"
        " WHERE id = %s AND state <> 'ended'",
        (subscription,),
    )
    if not rows or not may_see(call.actor, rows[0]["department_code"]):
        raise not_found(f"subscription {subscription}")
    return Filter.of(rows[0]["filters"], rows[0]["department_code"])
