"""What notify asks of whoever carries its messages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """The closed set of answers, and what follows from each."""

    SENT = "sent"
    """The provider has it; the message is done."""
    FAILED = "failed"
    """It will never be sent (a wrong number, a refused text); the message is done."""
    RETRY = "retry"
    """The provider surely did not take it; send again later."""
    UNKNOWN = "unknown"
    """It may have been taken; ask `status` before anything else."""
    ABSENT = "absent"
    """`status` only: the provider has never heard of it; send."""


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`kept_*` is the masked form, the only one that may be stored."""

    channel: str
    address: str
    title: str
    body: str
    kept_address: str
    kept_body: str


class Gateway(Protocol):
    """Must be idempotent by key: the same key again sends nothing again and answers the same."""

    def send(self, message: Outgoing, idempotency_key: str) -> Outcome:
        """May block for as long as the provider's timeout, never longer. Does not raise for its failures."""
        ...

    def status(self, idempotency_key: str) -> Outcome:
        """What became of an earlier `send`. May block like it."""
        ...
