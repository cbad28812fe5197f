"""How a service hears of erasures that another one released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from shared.eventstore.event import Event
from shared.readmodel.model import Source, Subscription


class FollowsErasures(Subscription):
    """From the start: who was erased before this copy of the database stays erased in it."""

    name: ClassVar[str] = "erasures"
    sources: ClassVar[tuple[Source, ...]] = (Source("cases", "subject"),)
    from_start: ClassVar[bool] = True

    def handle(self, app: Any, db: Any, events: Sequence[Event]) -> None:
        for event in events:
            if event.type == "subject.erased":
                self.erase(db, event.data["subject_id"], event.occurred_at)

    def erase(self, db: Any, subject: str, at: datetime) -> None:
        """What this service has of the person. May come again for the same one."""
        raise NotImplementedError
