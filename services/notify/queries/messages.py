"""The inbox of an account, and the operator's outbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.notify.application import NotifyApplication
from services.notify.domain.names import message_stream
from services.notify.messages.texts import render
from services.notify.queries.paging import next_place, place
from shared.eventstore.rows import first_events
from shared.security.actor import Actor
from shared.service.call import Answer, Call

_INBOX = """
SELECT id, case_no, template, template_version, params, at, read_at FROM rm_inbox.message
WHERE account = ANY(%(accounts)s) AND (at, id) < (%(at)s::timestamptz, %(id)s::uuid)
  AND (NOT %(unread)s OR read_at IS NULL)
ORDER BY at DESC, id DESC LIMIT %(limit)s
"""
_UNREAD = "SELECT count(*) AS n FROM rm_inbox.message WHERE account = ANY(%s) AND read_at IS NULL"
_OUTBOX = """
SELECT id, event_id, case_no, template, template_version, params, channel, state,
       reference, reason, queued_at, ended_at
FROM rm_outbox.message
WHERE (queued_at, id) < (%(at)s::timestamptz, %(id)s::uuid)
  AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(channel)s::text IS NULL OR channel = %(channel)s)
  AND (%(case)s::text IS NULL OR case_no = %(case)s)
ORDER BY queued_at DESC, id DESC LIMIT %(limit)s
"""


def accounts_of(actor: Actor) -> list[str]:
    """An agent also reads what its enterprise is told."""
    return [account for account in (actor.id, actor.enterprise_id) if account]


def inbox(app: NotifyApplication, call: Call) -> Answer:
    accounts, limit = accounts_of(call.actor), call.params["limit"]
    at, identifier = place(call.params["after"])
    args = {"accounts": accounts, "at": at, "id": identifier, "limit": limit}
    rows = app.db.fetch(_INBOX, args | {"unread": call.params["unread"]})
    unread = app.db.fetch(_UNREAD, (accounts,))[0]["n"]
    items = [_inbox_row(row, call.language) for row in _addressed(app, rows)]
    return Answer({"items": items, "next": next_place(rows, limit, "at"), "unread": unread})


def outbox(app: NotifyApplication, call: Call) -> Answer:
    limit = call.params["limit"]
    at, identifier = place(call.params["after"])
    wanted = {name: call.params.get(name) for name in ("state", "channel", "case")}
    rows = app.db.fetch(_OUTBOX, {"at": at, "id": identifier, "limit": limit, **wanted})
    return Answer(
        {
            "items": [_outbox_row(row) for row in _addressed(app, rows)],
            "next": next_place(rows, limit, "queued_at"),
        }
    )


def _addressed(app: NotifyApplication, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """With whom and where to, masked: that lies sealed in the message's event and nowhere else."""
    streams = {row["id"]: message_stream(UUID(row["id"])) for row in rows}
    with app.db.at_once() as db:
        first = first_events(db, streams.values(), "notify")
    found = {id: first[stream].data for id, stream in streams.items()}
    return [
        row | {"name_masked": found[row["id"]]["name_masked"], "address": found[row["id"]]["address_masked"]}
        for row in rows
    ]


def _inbox_row(row: dict[str, Any], language: str) -> dict[str, Any]:
    text = render(row["template"], row["template_version"], row["params"], row["name_masked"], language)
    return {
        "id": row["id"],
        "case_no": row["case_no"],
        "template": row["template"],
        "title": text.title,
        "text": text.text,
        "at": row["at"].isoformat(),
        "read_at": row["read_at"].isoformat() if row["read_at"] else None,
    }


def _outbox_row(row: dict[str, Any]) -> dict[str, Any]:
    text = render(row["template"], row["template_version"], row["params"], row["name_masked"])
    kept = ("id", "event_id", "case_no", "template", "template_version", "channel", "address", "state")
    return {
        **{name: row[name] for name in (*kept, "reference", "reason")},
        "title": text.title,
        "text": text.text,
        "queued_at": row["queued_at"].isoformat(),
        "ended_at": row["ended_at"].isoformat() if row["ended_at"] else None,
    }
