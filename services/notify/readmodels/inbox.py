"""What an account finds under "my messages" (NOT-17)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import Row, change, insert

_ARRIVED = (
    "id", "account", "case_no", "template", "template_version", "params", "at",
)  # fmt: skip
_READ = {"id": "uuid", "read_at": "timestamptz"}


class Inbox(FoldedReadModel):
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
            at timestamptz NOT NULL,
            read_at timestamptz
        );
        CREATE INDEX ON message (account, at DESC, id DESC);
    """

    tables: ClassVar[tuple[Table, ...]] = (Table("message", (*_ARRIVED, "read_at")),)

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        insert(db, "message", _ARRIVED, [_arrived(event) for event in events if _is_arrival(event)])
        change(db, "message", _READ, [_read(event) for event in events if event.type == "message.read"])

    def fold(self, history: Sequence[Event]) -> Rows:
        read = [event.occurred_at for event in history if event.type == "message.read"]
        at = read[-1] if read else None
        return {"message": [(*_arrived(event), at) for event in history if _is_arrival(event)]}


def _is_arrival(event: Event) -> bool:
    return event.type == "message.queued" and event.data["channel"] == "inbox"


def _arrived(event: Event) -> Row:
    data = event.data
    return (
        data["message_id"], data["account"], data["case_no"], data["template"], data["template_version"],
        json.dumps(data["params"], ensure_ascii=False), event.occurred_at,
    )  # fmt: skip


def _read(event: Event) -> Row:
    return event.data["message_id"], event.occurred_at
