"""What an audit finds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

MOST = 1_000
"""Findings that are kept; the rest are counted. A wrong restore makes one of every event."""


class Kind(StrEnum):
    CHANGED = "changed"
    """What is stored does not give the hash that is stored with it."""
    REMOVED = "removed"
    INSERTED = "inserted"
    """It stands among sealed events and was not there when they were sealed."""
    REPLACED = "replaced"
    """Another event stands where one was sealed; its own hash may well be right."""
    MOVED = "moved"
    """It is there, at another place of the feed."""
    SEAL = "seal"
    """A seal is not what was signed, or does not follow the one before it."""
    GUARD = "guard"
    """Something that should prevent changes, or keep the feed, is not as it should be."""


@dataclass(frozen=True, slots=True)
class Finding:
    service: str
    kind: Kind
    detail: str
    stream: UUID | None = None
    version: int | None = None
    event_id: UUID | None = None
    name: str | None = None
    """The case number, where the service can tell it."""
    seal: int | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "service": self.service,
            "kind": str(self.kind),
            "name": self.name,
            "stream": str(self.stream) if self.stream else None,
            "version": self.version,
            "event_id": str(self.event_id) if self.event_id else None,
            "seal": self.seal,
            "detail": self.detail,
        }


@dataclass
class Findings:
    """Each thing that is wrong once, whichever check saw it first."""

    kept: dict[tuple[Any, ...], Finding] = field(default_factory=dict)
    more: int = 0

    def add(self, found: Finding) -> None:
        what: tuple[Any, ...] = (found.kind, found.stream, found.version)
        if found.stream is None:
            what = (found.kind, found.seal, found.detail)
        known = self.kept.get(what)
        if known is not None:
            if known.event_id is None and found.event_id is not None:
                self.kept[what] = replace(found, name=found.name or known.name)
        elif len(self.kept) < MOST:
            self.kept[what] = found
        else:
            self.more += 1

    def __len__(self) -> int:
        return len(self.kept) + self.more
