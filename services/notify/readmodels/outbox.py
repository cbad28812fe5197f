"""Every message there is and what became of it: the proof that somebody was told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.folding import FoldedReadModel, Rows, Table
from shared.readmodel.model import Source
from shared.readmodel.writing import Row, change, insert

_ENDINGS = {"message.sent": "sent", "message.failed": "failed"}


_QUEUED = (
    "id", "event_id", "case_no", "template", "template_version", "params", "channel", "queued_at",
)  # fmt: skip
_ENDED = {"id": "uuid", "state": "text", "reference": "text", "reason": "text", "ended_at": "timestamptz"}
_WAITS = ("queued", None, None, None)


class Outbox(FoldedReadModel):
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
            channel text NOT NULL,
            state text NOT NULL,
            reference text,
            reason text,
            queued_at timestamptz NOT NULL,
            ended_at timestamptz
        );
        CREATE INDEX ON message (queued_at DESC, id DESC);
        CREATE INDEX ON message (case_no, queued_at DESC, id DESC);
    """

    tables: ClassVar[tuple[Table, ...]] = (Table("message", (*_QUEUED, *list(_ENDED)[1:])),)

    def apply(self, db: Any, events: Sequence[Event]) -> None:
        """In this order, since a message is queued before it ends."""
        queued = [(*_queued(event), "queued") for event in events if event.type == "message.queued"]
        insert(db, "message", (*_QUEUED, "state"), queued)
        change(db, "message", _ENDED, [_ended(event) for event in events if event.type in _ENDINGS])

    def fold(self, history: Sequence[Event]) -> Rows:
        endings = [_ended(event)[1:] for event in history if event.type in _ENDINGS]
        end = endings[-1] if endings else _WAITS
        return {"message": [(*_queued(event), *end) for event in history if event.type == "message.queued"]}


def _queued(event: Event) -> Row:
    data = event.data
    return (
        data["message_id"], data["event_id"], data["case_no"], data["template"], data["template_version"],
        json.dumps(data["params"], ensure_ascii=False), data["channel"],
        event.occurred_at,
    )  # fmt: skip


def _ended(event: Event) -> Row:
    data = event.data
    state = _ENDINGS[event.type]
    return data["message_id"], state, data.get("reference"), data.get("reason"), event.occurred_at
