"""What notify forgets of an erased person: its key, and what the sandbox provider kept of their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.domain.erased import ERASED
from shared.eventstore.rows import first_events
from shared.eventstore.store import UnitOfWork
from shared.personal.destruction import destroy_keys, streams_of
from shared.personal.following import FollowsErasures


class Erasures(FollowsErasures):
    def erase(self, db: Any, subject: str, at: datetime) -> None:
        erase(db, subject, at)


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
