"""A department subscribes, changes its mind, and leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from services.notify.application import NotifyApplication
from services.notify.delivery.lanes import MAIN
from services.notify.delivery.webhooks import new_secret
from services.notify.domain import subscription as domain
from services.notify.domain.names import queue_name, subscription_stream
from services.notify.domain.subscription import INITIAL, SubscriptionState
from services.notify.ledger.page import head
from services.notify.ledger.place import encode, epoch
from services.notify.queries.scope import may_see, scope_of
from shared.eventstore.store import UnitOfWork
from shared.problems import conflict, not_found, stale_version
from shared.service.call import Answer, Call
from shared.service.execute import execute, to_events


def create_subscription(app: NotifyApplication, call: Call) -> Answer:
    kind = call.body["delivery"]["kind"]
    if kind == "queue" and app.queue_publisher is None:
        raise conflict(
            "queues_need_a_broker",
            "this platform runs without a message broker that others can reach; use webhook or pull",
        )
    answer = execute(app, call, lambda unit: _create(app, call, unit))
    if kind == "webhook":
        # Not in the stored answer of the command: the secret is kept in one place only.
        found = app.db.fetch("SELECT secret FROM delivery WHERE subscription = %s", (answer.value["id"],))
        answer.value["secret"] = found[0]["secret"]
    return answer


def change_subscription(app: NotifyApplication, call: Call) -> Answer:
    def work(unit: UnitOfWork) -> Answer:
        state = load_subscription(unit, call)
        body = call.body
        facts = domain.change(state, body.get("filters"), body.get("url"), body.get("paused"))
        stream = subscription_stream(UUID(state.id))
        version = unit.append(stream, state.version, to_events(facts, app), call.metadata())
        after = state
        for fact in facts:
            after = domain.evolve(after, fact.type, fact.data)
        return Answer({"id": state.id, "name": state.name, "state": after.state}, version=version)

    return execute(app, call, work)


def end_subscription(app: NotifyApplication, call: Call) -> Answer:
    """The name is free again, the secret is gone, the delivery ledger stays."""

    def work(unit: UnitOfWork) -> Answer:
        state = load_subscription(unit, call)
        facts = to_events(domain.end(state), app)
        version = unit.append(subscription_stream(UUID(state.id)), state.version, facts, call.metadata())
        unit.cursor.execute(
            "UPDATE delivery SET ended = true, secret = NULL WHERE subscription = %s", (state.id,)
        )
        return Answer({"id": state.id, "name": state.name, "state": "ended"}, version=version)

    return execute(app, call, work)


def load_subscription(unit: UnitOfWork, call: Call) -> SubscriptionState:
    """Raises 404 for what is not there or is another department's, 412 for a stale `If-Match`."""
    identifier: UUID = call.params["id"]
    state = INITIAL
    for event in unit.read_stream(subscription_stream(identifier)):
        state = domain.evolve(state, event.type, event.data)
    if not state.state or not may_see(call.actor, state.department_code):
        raise not_found(f"subscription {identifier}")
    if call.if_match is not None and call.if_match != state.version:
        raise stale_version(call.if_match, state.version)
    return state


def _create(app: NotifyApplication, call: Call, unit: UnitOfWork) -> Answer:
    body, identifier = call.body, uuid4()
    kind, url = body["delivery"]["kind"], body["delivery"].get("url")
    facts = domain.create(
        subscription_id=str(identifier),
        name=body["name"],
        scope=scope_of(call.actor),
        filters=body["filters"],
        kind=kind,
        url=url,
    )
    begin = 0 if body["start"] == "beginning" else head(unit.cursor)
    _set_up(app, unit.cursor, facts[0].data, begin)
    [created] = to_events(facts, app)
    version = unit.append(subscription_stream(identifier), 0, [created], call.metadata())
    data = facts[0].data
    value: dict[str, Any] = {
        "id": data["subscription_id"],
        "name": data["name"],
        "department_code": data["department_code"],
        "filters": data["filters"],
        "delivery": {"kind": kind, "url": url},
        "state": "active",
        "version": version,
        "created_at": created.occurred_at.isoformat(),
        "cursor": encode(epoch(unit.cursor), begin),
    }
    if kind == "queue":
        value["queue"] = queue_name(body["name"])
    return Answer(value, 201, version)


def _set_up(app: NotifyApplication, db: Any, created: Mapping[str, Any], begin: int) -> None:
    """A name belongs to one subscription at a time: it is the queue's name, and the replay command's."""
    identifier, name = created["subscription_id"], created["name"]
    secret = new_secret() if created["kind"] == "webhook" else None
    db.execute(
        "INSERT INTO delivery (subscription, name, kind, secret) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (name) WHERE NOT ended DO NOTHING",
        (identifier, name, created["kind"], secret),
    )
    if db.rowcount == 0:
        raise conflict("name_taken", f"there is a subscription named {name!r} already")
    db.execute(
        "INSERT INTO lane (subscription, case_no, seq, next_at) VALUES (%s, %s, %s, %s)",
        (identifier, MAIN, begin, app.clock.now()),
    )
