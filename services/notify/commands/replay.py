"""Send history again to one subscriber."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify.application import NotifyApplication
from services.notify.commands.subscriptions import load_subscription
from services.notify.delivery.lanes import MAIN, open_lane, rewind
from services.notify.domain.filters import Filter
from services.notify.domain.names import subscription_stream
from services.notify.domain.subscription import SubscriptionState, replayed
from services.notify.ledger.page import Span, before_time, count
from services.notify.ledger.place import decode, encode, epoch
from shared.clock import LEGAL_ZONE
from shared.domain.decision import Refusal
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, invalid
from shared.service.call import Answer, Call
from shared.service.execute import execute, refused, to_events


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay would send: `events` of them, from after `seq` up to what was delivered before."""

    seq: int
    cursor: str
    case: str | None
    events: int


def replay(app: NotifyApplication, call: Call) -> Answer:
    """Moves the cursor back; live events wait behind. A dry run only counts.

    Blocks while a delivery of the same subscription is under way (seconds).
    """
    if not call.body["dry_run"]:
        return execute(app, call, lambda unit: _replay(app, call, unit))
    try:
        with app.store.unit_of_work() as unit:
            state = load_subscription(unit, call)
            plan = _plan(unit.cursor, state, call)
            replayed(state, plan.cursor, plan.case, plan.events)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    return Answer(_answer(state, plan, dry_run=True))


def _replay(app: NotifyApplication, call: Call, unit: UnitOfWork) -> Answer:
    state, db, now = load_subscription(unit, call), unit.cursor, app.clock.now()
    db.execute("SELECT 1 FROM delivery WHERE subscription = %s FOR UPDATE", (state.id,))
    plan = _plan(db, state, call)
    facts = replayed(state, plan.cursor, plan.case, plan.events)
    if plan.case is None:
        rewind(db, state.id, plan.seq, now)
    else:
        open_lane(db, state.id, plan.case, plan.seq, now)
    stream = subscription_stream(UUID(state.id))
    version = unit.append(stream, state.version, to_events(facts, app), call.metadata())
    return Answer(_answer(state, plan, dry_run=False), version=version)


def _plan(db: Any, state: SubscriptionState, call: Call) -> Plan:
    case, era = call.body.get("case"), epoch(db)
    seq = _place(db, era, call.body.get("from_", ""))
    db.execute("SELECT seq FROM lane WHERE subscription = %s AND case_no = %s", (state.id, MAIN))
    reached = int(db.fetchone()[0])
    seq = min(seq, reached)
    wanted = Filter.of(state.filters, state.department_code)
    return Plan(seq, encode(era, seq), case, count(db, wanted, Span(seq, reached, case=case)))


def _place(db: Any, era: str, start: str) -> int:
    """A cursor or a time; a time without an offset is a legal one. Nothing means the beginning."""
    try:
        moment = datetime.fromisoformat(start) if ":" in start or start.count("-") == 2 else None
    except ValueError:
        raise invalid([FieldError("from", "wrong_type", "neither a cursor nor an ISO 8601 time")]) from None
    if moment is None:
        return decode(era, start)
    return before_time(db, moment if moment.tzinfo else moment.replace(tzinfo=LEGAL_ZONE))


def _answer(state: SubscriptionState, plan: Plan, *, dry_run: bool) -> dict[str, Any]:
    return {
        "subscription": state.id,
        "events": plan.events,
        "cursor": plan.cursor,
        "case": plan.case,
        "dry_run": dry_run,
    }
