"""What an account finds under "my messages" (NOT-17)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import ReadModel, Source


class Inbox(ReadModel):
    name: ClassVar[str] = "inbox"
    service: ClassVar[str] = "notify"
    sources: ClassVar[tuple[Source, ...]] = (Source("notify", "message"),)
    ddl: ClassVar[str] = """
        CREATE TABLE message (
            id uuid PRIMARY KEY,
            account text NOT NULL,
            case_no text NOT NULL,
            template text NOT NULL,
            template_version integer NOT NULL,
            params json NOT NULL,
            name_masked text NOT NULL,
            at timestamptz NOT NULL,
            read_at timestamptz
        );
        CREATE INDEX ON message (account, at DESC, id DESC);
    """

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.type == "message.queued" and event.data["channel"] == "inbox":
                _arrived(db, event)
            elif event.type == "message.read":
                db.execute(
                    "UPDATE message SET read_at = %s WHERE id = %s",
                    (event.occurred_at, event.data["message_id"]),
                )


def _arrived(db: Any, event: Event) -> None:
    data = event.data
    db.execute(
        "INSERT INTO message (id, account, case_no, template, template_version, params, name_masked, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            data["message_id"], data["account"], data["case_no"], data["template"],
            data["template_version"], json.dumps(data["params"], ensure_ascii=False),
            data["name_masked"], event.occurred_at,
        ),
    )  # fmt: skip
