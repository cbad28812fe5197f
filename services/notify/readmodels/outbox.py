"""Every message there is and what became of it: the proof that somebody was told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source

_ENDINGS = {"message.sent": "sent", "message.failed": "failed"}


class Outbox(ReadModel):
    name: ClassVar[str] = "outbox"
    service: ClassVar[str] = "notify"
    sources: ClassVar[tuple[Source, ...]] = (Source("notify", "message"),)
    ddl: ClassVar[str] = """
        CREATE TABLE message (
            id uuid PRIMARY KEY,
            event_id uuid NOT NULL,
            case_no text NOT NULL,
            template text NOT NULL,
            template_version integer NOT NULL,
            params json NOT NULL,
            name_masked text NOT NULL,
            channel text NOT NULL,
            address text,
            state text NOT NULL,
            reference text,
            reason text,
            queued_at timestamptz NOT NULL,
            ended_at timestamptz
        );
        CREATE INDEX ON message (queued_at DESC, id DESC);
        CREATE INDEX ON message (case_no, queued_at DESC, id DESC);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.type == "message.queued":
                _queued(db, event)
            elif event.type in _ENDINGS:
                db.execute(
                    "UPDATE message SET state = %s, reference = %s, reason = %s, ended_at = %s WHERE id = %s",
                    (
                        _ENDINGS[event.type], event.data.get("reference"), event.data.get("reason"),
                        event.occurred_at, event.data["message_id"],
                    ),
                )  # fmt: skip


def _queued(db: Any, event: Event) -> None:
    data = event.data
    db.execute(
        "INSERT INTO message (id, event_id, case_no, template, template_version, params, name_masked,"
        " channel, address, state, queued_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 'queued', %s)",
        (
            data["message_id"], data["event_id"], data["case_no"], data["template"],
            data["template_version"], json.dumps(data["params"], ensure_ascii=False),
            data["name_masked"], data["channel"], data["address_masked"], event.occurred_at,
        ),
    )  # fmt: skip
