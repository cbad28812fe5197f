"""Send history again to one subscriber: to its queue or webhook, or by leading its next pull back.

Nothing else happens again: no message to a person, no charge. What is sent is a copy in the ledger, and it
goes to this one receiver, marked `replayed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notify.application import NotifyApplication
from services.notify.commands.subscriptions import load_subscription
from services.notify.delivery.lanes import MAIN, open_lane, rewind
from services.notify.domain import subscription as domain
from services.notify.domain.filters import Filter
from services.notify.domain.names import subscription_stream
from services.notify.domain.subscription import Range, SubscriptionState
from services.notify.ledger import replays
from services.notify.ledger.page import Span, before_time, count_by_type, head
from services.notify.ledger.place import decode, encode, epoch
from services.notify.queries.scope import scope_of
from shared.clock import LEGAL_ZONE
from shared.domain.decision import Fact, Refusal
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, invalid
from shared.service.call import Answer, Call
from shared.service.execute import execute, refused, to_events


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay would send: what came after `seq`, up to what was delivered before."""

    seq: int
    reached: int
    span: Range
    types: dict[str, int]


def replay(app: NotifyApplication, call: Call) -> Answer:
    """Moves the place back; live events wait behind. A dry run only counts.

    An operator's replay needs a second operator where the settings say so, a department's own never
    does. Blocks while a delivery of the same subscription is under way (seconds).
    """
    if not call.body["dry_run"]:
        return execute(app, call, lambda unit: _replay(app, call, unit))
    try:
        with app.store.unit_of_work() as unit:
            state = load_subscription(unit, call)
            domain.refuse_ended(state)
            plan = _waiting(unit.cursor, state) if call.body["release"] else _asked(unit.cursor, state, call)
    except Refusal as refusal:
        raise refused(refusal) from refusal
    return Answer(_answer(state, plan, "planned"))


def _replay(app: NotifyApplication, call: Call, unit: UnitOfWork) -> Answer:
    state, db = load_subscription(unit, call), unit.cursor
    db.execute("SELECT 1 FROM delivery WHERE subscription = %s FOR UPDATE", (state.id,))
    if call.body["release"]:
        proposed_by = domain.release(state, call.actor.id).by
        return _carry_out(app, call, unit, state, _waiting(db, state), proposed_by)
    plan = _asked(db, state, call)
    if scope_of(call.actor) is None and app.settings.replay_release == "two":
        version = _append(app, call, unit, state, domain.propose_replay(state, plan.span, call.actor.id))
        return Answer(_answer(state, plan, "proposed"), 202, version)
    return _carry_out(app, call, unit, state, plan, None)


def _carry_out(
    app: NotifyApplication,
    call: Call,
    unit: UnitOfWork,
    state: SubscriptionState,
    plan: Plan,
    proposed_by: str | None,
) -> Answer:
    db, now, case = unit.cursor, app.clock.now(), plan.span.case_no
    facts = domain.replay(state, plan.span, proposed_by)
    if state.kind == "pull":
        replays.request(db, state.id, plan.seq, case)
    elif case is None:
        rewind(db, state.id, plan.seq, now)
    else:
        open_lane(db, state.id, case, plan.seq, now, replayed_to=plan.reached)
    version = _append(app, call, unit, state, facts)
    return Answer(_answer(state, plan, "started"), version=version)


def _append(
    app: NotifyApplication, call: Call, unit: UnitOfWork, state: SubscriptionState, facts: list[Fact]
) -> int:
    stream = subscription_stream(UUID(state.id))
    return unit.append(stream, state.version, to_events(facts, app), call.metadata())


def _waiting(db: Any, state: SubscriptionState) -> Plan:
    """What was proposed, counted anew."""
    proposal = domain.proposed(state)
    return _plan(db, state, decode(epoch(db), proposal.start), proposal.case_no)


def _asked(db: Any, state: SubscriptionState, call: Call) -> Plan:
    seq = _place(db, epoch(db), call.body.get("from_", ""))
    return _plan(db, state, seq, call.body.get("case"))


def _plan(db: Any, state: SubscriptionState, seq: int, case: str | None) -> Plan:
    """Who pulls may have read up to the head; how far it is, it knows itself."""
    era, reached = epoch(db), head(db)
    if state.kind != "pull":
        db.execute("SELECT seq FROM lane WHERE subscription = %s AND case_no = %s", (state.id, MAIN))
        reached = int(db.fetchone()[0])
    seq = min(seq, reached)
    wanted = Filter.of(state.filters, state.department_code)
    types = count_by_type(db, wanted, Span(seq, reached, case=case))
    span = Range(encode(era, seq), encode(era, reached), case, sum(types.values()))
    return Plan(seq, reached, span, types)


def _place(db: Any, era: str, start: str) -> int:
    """A cursor or a time; a time without an offset is a legal one. Nothing means the beginning."""
    try:
        moment = datetime.fromisoformat(start) if ":" in start or start.count("-") == 2 else None
    except ValueError:
        raise invalid([FieldError("from", "wrong_type", "neither a cursor nor an ISO 8601 time")]) from None
    if moment is None:
        return decode(era, start.partition("~")[0])
    return before_time(db, moment if moment.tzinfo else moment.replace(tzinfo=LEGAL_ZONE))


def _answer(state: SubscriptionState, plan: Plan, told: str) -> dict[str, Any]:
    return {
        "subscription": state.id,
        "events": plan.span.events,
        "types": plan.types,
        "cursor": plan.span.start,
        "case": plan.span.case_no,
        "dry_run": told == "planned",
        "state": told,
    }
