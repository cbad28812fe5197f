"""Timer: hands queued messages to the provider, once each, and records what became of them.

"Attempting" is committed before the provider is called, so a crash in between leaves a mark. What is
found with that mark later is asked for (`status`) and never blindly repeated; and should it be sent
again, it carries the same key, which the provider knows.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from services.notify.application import NotifyApplication
from services.notify.domain.backoff import delay
from services.notify.domain.names import message_stream
from services.notify.gateways.gateway import Outcome, Outgoing, Verdict
from services.notify.messages.addressee import Addressee, ask_addressee
from services.notify.messages.texts import render
from shared.domain.masking import mask_name
from shared.eventstore.event import Metadata, NewEvent
from shared.problems import Problem

BATCH = 10
LEASE = timedelta(minutes=10)
"""Longer than a whole batch of provider timeouts: who is slow is not taken for dead."""
ATTEMPTS = 30
"""About a day with the hourly ceiling of the backoff; then the operator sees a failed message."""

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


def send_messages(app: NotifyApplication) -> int:
    """One batch; answers how many messages were tried. Blocks for the provider."""
    now = app.clock.now()
    claimed = app.db.fetch(_CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
    for message in claimed:
        record(app, message, attempt(app, message))
    return len(claimed)


def attempt(app: NotifyApplication, message: dict[str, Any]) -> Outcome:
    key = message["id"]
    if message["was"] != "queued":
        known = app.gateway.status(key)
        if known.verdict is not Verdict.ABSENT:
            return known
    try:
        outgoing = compose(message, ask_addressee(app, message["case_no"]))
    except Problem as problem:
        return Outcome(Verdict.RETRY, reason=problem.code)
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


def record(app: NotifyApplication, message: dict[str, Any], outcome: Outcome) -> None:
    """In one transaction with the fact. A late answer of an attempt that was given up changes nothing."""
    now = app.clock.now()
    state, next_at, reason = _settle(outcome, message["attempts"], now)
    with app.store.unit_of_work() as unit:
        unit.cursor.execute(
            "UPDATE message SET state = %s, next_at = %s, last_error = %s, version = version + %s"
            " WHERE id = %s AND state = 'attempting' AND attempts = %s",
            (state, next_at, reason, int(state in _FACTS), message["id"], message["attempts"]),
        )
        if unit.cursor.rowcount == 0 or state not in _FACTS:
            return
        data = {name: message[name] for name in ("case_no", "channel", "attempts")}
        data |= {"message_id": message["id"]}
        data |= {"reference": outcome.reference} if state == "sent" else {"reason": reason}
        fact = NewEvent(_FACTS[state], data, now)
        unit.append(message_stream(UUID(message["id"])), message["version"], [fact], Metadata())
    log.info("message_settled", message=message["id"], channel=message["channel"], state=state, reason=reason)


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
