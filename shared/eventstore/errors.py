"""Everything the event store raises. Driver errors are translated in one place (`postgres.py`)."""

from __future__ import annotations

from typing import Any
from uuid import UUID


class EventStoreError(Exception):
    """Root of this package's errors."""


class StaleVersion(EventStoreError):
    """Somebody else appended to the stream first. Load it again, decide again, or tell the user."""

    def __init__(self, stream: UUID, expected: int) -> None:
        super().__init__(f"stream {stream} is no longer at version {expected}")
        self.stream = stream
        self.expected = expected


class CommandKeyReused(EventStoreError):
    """The idempotency key came before, with another request body."""

    def __init__(self, key: str) -> None:
        super().__init__(f"idempotency key {key!r} was used before for a different request")
        self.key = key


class UnknownCursor(EventStoreError):
    """The cursor is not of this feed's epoch, or not a cursor at all: the reader must resynchronise."""

    def __init__(self, cursor: str, reason: str) -> None:
        super().__init__(f"cursor {cursor!r} is not known here: {reason}")
        self.cursor = cursor
        self.reason = reason


class StoreUnavailable(EventStoreError):
    """The database can't be reached or refused the work for a passing reason. Retry later."""

    def __init__(self, reason: str, context: dict[str, Any] | None = None) -> None:
        super().__init__(f"the event store is unavailable: {reason}")
        self.context = context or {}
