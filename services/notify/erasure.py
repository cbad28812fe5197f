"""What notify forgets of an erased person: its key, and what the sandbox provider kept of their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from shared.domain.erased import ERASED
from shared.eventstore.event import Event
from shared.eventstore.rows import first_events
from shared.eventstore.store import UnitOfWork
from shared.personal.destruction import destroy_keys, streams_of
from shared.readmodel.model import Source, Subscription


class Erasures(Subscription):
    """From the start: who was erased before this copy of the database stays erased in it."""

    name: ClassVar[str] = "erasures"
    sources: ClassVar[tuple[Source, ...]] = (Source("cases", "subject"),)
    from_start: ClassVar[bool] = True

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.type == "subject.erased":
                erase(db, event.data["subject_id"], event.occurred_at)


def erase_again(app: Any, unit: UnitOfWork, subject: str, at: datetime) -> None:
    """After a restore, by the list."""
    erase(unit.cursor, subject, at)


def erase(db: Any, subject: str, at: datetime) -> None:
    """As often as you like. The messages' proof stays: when, by which channel, whether it arrived."""
    destroy_keys(db, subject, at)
    messages = first_events(db, streams_of(db, subject), "notify").values()
    db.execute(
        "UPDATE sandbox_message SET address = %s, title = %s, body = %s WHERE key = ANY(%s)",
        (ERASED, ERASED, ERASED, [message.data["message_id"] for message in messages]),
    )
