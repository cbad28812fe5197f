"""Timer: hands queued messages to the provider, once each, and records what became of them.

"Attempting" is committed before the provider is called, so a crash in between leaves a mark. What is
found with that mark later is asked for (`status`) and never blindly repeated; and should it be sent
again, it carries the same key, which the provider knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from psycopg2.extras import execute_values

from services.notify.application import NotifyApplication
from services.notify.domain.backoff import delay
from services.notify.domain.names import message_stream
from services.notify.gateways.gateway import Outcome, Outgoing, Verdict
from services.notify.messages.addressee import Addressee, ask_addressees
from services.notify.messages.texts import render
from shared.domain.masking import mask_name
from shared.eventstore.event import Metadata, NewEvent
from shared.problems import Problem

BATCH = 50
HELD_SECONDS = 60.0
"""After which no more of a batch is begun: what was not tried by then is given back."""

LEASE = timedelta(minutes=5)
"""Longer than a batch is worked on and a provider's timeouts on top: who is slow is not taken for dead."""
ATTEMPTS = 30
"""About a day with the hourly ceiling of the backoff; then the operator sees a failed message."""

UNRECORDED_SECONDS = 1.0
"""How long outcomes may wait to be recorded together: those of a slow provider are recorded one by one."""

log = structlog.get_logger(__name__)

_CLAIM = """
UPDATE message m SET state = 'attempting', attempts = m.attempts + 1, next_at = %(until)s
FROM (
    SELECT id, state FROM message
    WHERE state IN ('queued', 'attempting', 'unknown') AND next_at <= %(now)s
    ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) due
JOIN message whole USING (id)
JOIN intent i ON i.id = whole.intent
WHERE m.id = due.id
RETURNING m.id, m.channel, m.attempts, m.version, due.state AS was,
          i.case_no, i.template, i.template_version, i.params
"""

_GIVE_BACK = """
UPDATE message m SET state = v.was, attempts = m.attempts - 1, next_at = v.next_at::timestamptz
FROM (VALUES %s) v (id, attempts, was, next_at)
WHERE m.id = v.id::uuid AND m.state = 'attempting' AND m.attempts = v.attempts
"""

_SETTLE = """
UPDATE message m SET state = v.state, next_at = v.next_at::timestamptz, last_error = v.reason,
    version = m.version + v.facts
FROM (VALUES %s) v (id, attempts, state, next_at, reason, facts)
WHERE m.id = v.id::uuid AND m.state = 'attempting' AND m.attempts = v.attempts
RETURNING m.id::text
"""

Attempt = tuple[dict[str, Any], Outcome]
"""A claimed message, and what the provider said."""


def send_messages(app: NotifyApplication) -> int:
    """One batch; answers how many messages were tried. Blocks for `cases` once, and for the provider."""
    now = app.clock.now()
    claimed = app.db.fetch(_CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
    addressees = _addressees(app, claimed)
    done: list[Attempt] = []
    began = recorded = monotonic()
    for number, message in enumerate(claimed):
        if monotonic() - began > HELD_SECONDS:
            _give_back(app, claimed[number:])
            break
        done.append((message, attempt(app, message, addressees)))
        if monotonic() - recorded > UNRECORDED_SECONDS:
            record(app, done)
            done, recorded = [], monotonic()
    record(app, done)
    return len(claimed)


def _give_back(app: NotifyApplication, untried: Sequence[dict[str, Any]]) -> None:
    """As they were before they were claimed; none of them was shown to the provider."""
    now = app.clock.now()
    rows = [(message["id"], message["attempts"], message["was"], now) for message in untried]
    with app.db.transaction() as cursor:
        execute_values(cursor, _GIVE_BACK, rows)


def _addressees(app: NotifyApplication, claimed: list[dict[str, Any]]) -> dict[str, Addressee] | Problem:
    try:
        return ask_addressees(app, [message["case_no"] for message in claimed])
    except Problem as problem:
        return problem


def attempt(
    app: NotifyApplication, message: dict[str, Any], addressees: dict[str, Addressee] | Problem
) -> Outcome:
    key = message["id"]
    if message["was"] != "queued":
        known = app.gateway.status(key)
        if known.verdict is not Verdict.ABSENT:
            return known
    if isinstance(addressees, Problem):
        return Outcome(Verdict.RETRY, reason=addressees.code)
    outgoing = compose(message, addressees[message["case_no"]])
    if not outgoing.address:
        return Outcome(Verdict.FAILED, reason="no_address")
    return app.gateway.send(outgoing, key)


def compose(message: dict[str, Any], addressee: Addressee) -> Outgoing:
    template = (message["template"], message["template_version"], message["params"])
    said, kept = render(*template, addressee.name), render(*template, mask_name(addressee.name))
    channel = message["channel"]
    return Outgoing(
        channel=channel,
        address=addressee.address(channel) or "",
        title=said.title,
        body=said.text,
        kept_address=addressee.masked(channel) or "",
        kept_body=kept.text,
    )


def record(app: NotifyApplication, done: Sequence[Attempt]) -> None:
    """In one transaction with the facts. A late answer of an attempt that was given up changes nothing."""
    if not done:
        return
    now = app.clock.now()
    settled = [(message, outcome, *_settle(outcome, message["attempts"], now)) for message, outcome in done]
    rows = [
        (message["id"], message["attempts"], state, next_at, reason, int(state in _FACTS))
        for message, _, state, next_at, reason in settled
    ]
    with app.store.unit_of_work() as unit:
        ours = {row[0] for row in execute_values(unit.cursor, _SETTLE, rows, fetch=True)}
        unit.together()
        for message, outcome, state, _, reason in settled:
            if message["id"] in ours and state in _FACTS:
                fact = NewEvent(_FACTS[state], _said(message, outcome, state, reason), now)
                unit.append(message_stream(UUID(message["id"])), message["version"], [fact], Metadata())
    for message, _, state, _, reason in settled:
        if message["id"] in ours:
            named = {"message": message["id"], "channel": message["channel"]}
            log.info("message_settled", **named, state=state, reason=reason)


def _said(message: dict[str, Any], outcome: Outcome, state: str, reason: str | None) -> dict[str, Any]:
    data = {name: message[name] for name in ("case_no", "channel", "attempts")}
    data |= {"message_id": message["id"]}
    return data | ({"reference": outcome.reference} if state == "sent" else {"reason": reason})


_FACTS = {"sent": "message.sent", "failed": "message.failed"}


def _settle(outcome: Outcome, attempts: int, now: datetime) -> tuple[str, datetime, str | None]:
    if outcome.verdict is Verdict.SENT:
        return "sent", now, None
    if outcome.verdict is Verdict.FAILED:
        return "failed", now, outcome.reason or "refused"
    if attempts >= ATTEMPTS:
        unknown = outcome.verdict is Verdict.UNKNOWN
        return "failed", now, "outcome_unknown" if unknown else "gave_up"
    state = "unknown" if outcome.verdict is Verdict.UNKNOWN else "queued"
    return state, now + delay(attempts), outcome.reason
