"""Timer: intents become messages, one per channel the person has, and `message.queued` says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg2
import structlog
from psycopg2.extras import execute_values

from services.notify.application import NotifyApplication
from services.notify.domain.backoff import delay
from services.notify.domain.names import message_id, message_stream
from services.notify.messages.addressee import NO_CHANNEL, Addressee, ask_addressees
from services.notify.schemas import message_subject
from shared.domain.masking import mask_name
from shared.eventstore.errors import StaleVersion
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.store import UnitOfWork
from shared.problems import Problem

BATCH = 50
LEASE = timedelta(minutes=2)

log = structlog.get_logger(__name__)

_CLAIM = """
UPDATE intent SET next_at = %(until)s, attempts = attempts + 1
WHERE id IN (
    SELECT id FROM intent WHERE state = 'new' AND next_at <= %(now)s
    ORDER BY next_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING id, event_id, handler, case_no, template, template_version, params, attempts
"""

_ADDRESSED = """
UPDATE intent SET state = 'addressed', last_error = NULL
WHERE id = ANY(%s::uuid[]) AND state = 'new' RETURNING id::text
"""

_MESSAGES = "INSERT INTO message (id, intent, channel, state, version, next_at) VALUES %s"


def address_intents(app: NotifyApplication) -> int:
    """One batch; answers how many intents were taken up. Blocks for one question to `cases`."""
    now = app.clock.now()
    intents = app.db.fetch(_CLAIM, {"now": now, "until": now + LEASE, "limit": BATCH})
    try:
        addressees = ask_addressees(app, [intent["case_no"] for intent in intents])
    except Problem as problem:
        for intent in intents:
            _postpone(app, intent, problem)
    else:
        _announce_all(app, intents, addressees)
    return len(intents)


def _postpone(app: NotifyApplication, intent: dict[str, Any], problem: Problem) -> None:
    log.warning("addressee_unknown_yet", intent=str(intent["id"]), code=problem.code)
    with app.db.transaction() as cursor:
        cursor.execute(
            "UPDATE intent SET next_at = %s, last_error = %s WHERE id = %s AND state = 'new'",
            (app.clock.now() + delay(intent["attempts"]), problem.code, intent["id"]),
        )


def _announce_all(
    app: NotifyApplication, intents: list[dict[str, Any]], addressees: Mapping[str, Addressee]
) -> None:
    """In one transaction; where one of them fails, each by itself, so that it holds up no other."""
    try:
        _announce(app, intents, addressees)
    except (StaleVersion, psycopg2.IntegrityError, psycopg2.DataError):
        if len(intents) == 1:
            raise
        log.exception("announced_one_by_one", intents=len(intents))
        for intent in intents:
            try:
                _announce(app, [intent], addressees)
            except (StaleVersion, psycopg2.IntegrityError, psycopg2.DataError):
                log.exception("not_announced", intent=str(intent["id"]))  # its lease brings it again


def _announce(
    app: NotifyApplication, intents: list[dict[str, Any]], addressees: Mapping[str, Addressee]
) -> None:
    if not intents:
        return
    with app.store.unit_of_work() as unit:
        unit.cursor.execute(_ADDRESSED, ([intent["id"] for intent in intents],))
        ours = {row[0] for row in unit.cursor.fetchall()}  # another replica's after our lease ran out
        told = [(intent, addressees[intent["case_no"]]) for intent in intents if str(intent["id"]) in ours]
        unit.together(message_subject(who.account, intent["case_no"]) for intent, who in told if who.is_named)
        rows = [
            _queue(app, unit, intent, addressee, channel)
            for intent, addressee in told
            for channel in addressee.channels
        ]
        if rows:
            execute_values(unit.cursor, _MESSAGES, rows)


def _queue(
    app: NotifyApplication, unit: UnitOfWork, intent: dict[str, Any], addressee: Addressee, channel: str
) -> tuple[Any, ...]:
    """The message's row. One in the account's own inbox has arrived once it is written; the others are yet
    to be sent."""
    now = app.clock.now()
    message = message_id(UUID(intent["id"]), channel)
    common = {"message_id": str(message), "case_no": intent["case_no"], "channel": channel}
    queued = {
        **common,
        "event_id": intent["event_id"],
        "handler": intent["handler"],
        "template": intent["template"],
        "template_version": intent["template_version"],
        "params": intent["params"],
        "account": addressee.account,
        "name_masked": mask_name(addressee.name),
        "address_masked": addressee.masked(channel),
    }
    facts, state = [NewEvent("message.queued", queued, now)], "queued"
    if channel == "inbox":
        facts.append(NewEvent("message.sent", {**common, "attempts": 1, "reference": None}, now))
        state = "sent"
    if channel == NO_CHANNEL:
        facts.append(NewEvent("message.failed", {**common, "attempts": 0, "reason": "no_address"}, now))
        state = "failed"
    version = unit.append(message_stream(message), 0, facts, Metadata(causation_id=intent["event_id"]))
    return str(message), intent["id"], channel, state, version, now
