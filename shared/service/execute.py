"""Runs a command exactly once for its caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shared.domain.decision import Fact, Refusal
from shared.eventstore.command import First
from shared.eventstore.errors import CommandKeyReused, StaleVersion
from shared.eventstore.event import NewEvent
from shared.eventstore.store import UnitOfWork
from shared.problems import FieldError, Problem, conflict, stale_version
from shared.service.application import Application
from shared.service.call import Answer, Call

ATTEMPTS = 5


def execute(
    app: Application, call: Call, work: Callable[[UnitOfWork], Answer], first: First | None = None
) -> Answer:
    """Run `work` in one transaction with the idempotency key first and the stored answer last.

    `work` loads, decides, appends, and answers; its answer's `token` is filled in here. When
    somebody else appended to the same stream first, it is run again on the new state, unless the
    caller said which version it meant (`If-Match`): then the caller is told, 412. `first` is asked
    with the key.
    """
    if not call.key:
        raise Problem(400, "idempotency_key_required", "the header Idempotency-Key is missing")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _once(app, call, call.key, work, first)
        except StaleVersion as stale:
            if call.if_match is not None:
                current = len(app.store.read_stream(stale.stream))
                raise stale_version(call.if_match, current) from stale
            if attempt == ATTEMPTS:
                raise conflict("busy_stream", "others kept changing this; try again") from stale
        except CommandKeyReused as reused:
            raise conflict("idempotency_key_reused", str(reused)) from reused
        except Refusal as refusal:
            raise refused(refusal) from refusal
    raise AssertionError("unreachable")


def _once(
    app: Application, call: Call, key: str, work: Callable[[UnitOfWork], Answer], first: First | None
) -> Answer:
    with app.store.unit_of_work() as unit:
        stored = unit.begin_command(call.actor.id, key, call.fingerprint, first)
        if stored is not None:
            return Answer.from_dict(stored)
        answer = work(unit)
        token = f"{app.name}:{unit.txid}"
        whole = Answer(answer.value, answer.status, answer.version, token)
        unit.finish_command(whole.as_dict(), personal=answer.personal)
        return whole


def to_events(facts: list[Fact], app: Application) -> list[NewEvent]:
    """Facts as events that occur now; a fact that knows when it happened says `occurred_at`."""
    now = app.clock.now()
    return [NewEvent(fact.type, fact.data, now) for fact in facts]


def refused(refusal: Refusal, **extra: Any) -> Problem:
    """409 when the state says no, 422 when a field of the command is at fault."""
    if refusal.field is None:
        problem = conflict(refusal.code, refusal.detail, **extra)
    else:
        errors = [FieldError(refusal.field, refusal.code, refusal.detail)]
        problem = Problem(422, refusal.code, refusal.detail, errors, dict(extra))
    if refusal.basis:
        problem.extra["basis"] = refusal.basis
    return problem
