"""What identity forgets of an erased person: its key, the logins' hashes, passwords and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.eventstore.store import UnitOfWork
from shared.personal.destruction import destroy_keys
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
    """As often as you like. Nobody can sign in to the account again; who signed in when stays on record."""
    destroy_keys(db, subject, at)
    for table in ("login", "credential", "refresh_token"):
        db.execute(f"DELETE FROM {table} WHERE account = %s", (subject,))  # noqa: S608 - names of our own
    db.execute("DELETE FROM attempt WHERE subject = %s", (subject,))
