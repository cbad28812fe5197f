"""What identity forgets of an erased person: its key, the logins' hashes, passwords and sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.eventstore.store import UnitOfWork
from shared.personal.destruction import destroy_keys
from shared.personal.following import FollowsErasures


class Erasures(FollowsErasures):
    def erase(self, db: Any, subject: str, at: datetime) -> None:
        erase(db, subject, at)


def erase_again(app: Any, unit: UnitOfWork, subject: str, at: datetime) -> None:
    """After a restore, by the list."""
    erase(unit.cursor, subject, at)


def erase(db: Any, subject: str, at: datetime) -> None:
    """As often as you like. Nobody can sign in to the account again; who signed in when stays on record."""
    destroy_keys(db, subject, at)
    for table in ("login", "credential", "refresh_token"):
        db.execute(f"DELETE FROM {table} WHERE account = %s", (subject,))  # noqa: S608 - names of our own
    db.execute("DELETE FROM attempt WHERE subject = %s", (subject,))
