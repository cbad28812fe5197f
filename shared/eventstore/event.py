"""Events as they are written, stored, and handed to readers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID, SafeUUID

from shared.eventstore.upcasting import newest_version

_BITS, _VERSION_4 = ~(0xC000 << 48 | 0xF000 << 64), 0x8000 << 48 | 4 << 76
_blank, _number = object.__new__, int.from_bytes
_set_number, _set_safety = UUID.__dict__["int"].__set__, UUID.__dict__["is_safe"].__set__
_UNKNOWN = SafeUUID.unknown


def new_id() -> UUID:
    """`uuid4()`, filled in as unpickling does it: every event has one, and the constructor's checks of what
    it was given cost as much as all of this."""
    id = _blank(UUID)
    _set_number(id, _number(os.urandom(16), "big") & _BITS | _VERSION_4)
    _set_safety(id, _UNKNOWN)
    return id


class _New(NamedTuple):
    """A tuple and no frozen dataclass, which sets each field by a call."""

    type: str
    data: dict[str, Any]
    occurred_at: datetime
    schema_version: int
    id: UUID


class NewEvent(_New):
    """An event that is not stored yet. `type` is `category.what_happened`.

    `schema_version` is the newest of its type unless something else is said.
    """

    __slots__ = ()

    def __new__(
        cls,
        type: str,
        data: dict[str, Any],
        occurred_at: datetime,
        schema_version: int = 0,
        id: UUID | None = None,
    ) -> Self:
        return _tuple(cls, (type, data, occurred_at, schema_version or newest_version(type), id or new_id()))


_tuple: Any = tuple.__new__


class Metadata(NamedTuple):
    """Who and what led to an event. Carries no personal data: `actor` is an account id and a role.

    `command_id` is the idempotency key; `causation_id` the id of the event or command behind it.
    """

    actor: str = "system"
    role: str = "system"
    command_id: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        fields = {
            "actor": self.actor,
            "role": self.role,
            "command_id": self.command_id,
            "correlation_id": self.correlation_id,
            "causation_id": self.causation_id,
        }
        return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event, or its published form as another service receives it.

    `cursor` is its place in its service's feed and `previous` the cursor of the event before it
    in the same category ("" when it is the first, or when it was not read from a feed).
    `source` is the owning service. `boxes` are its personal values as they are stored, sealed; in
    `data` they stand open (`shared/personal/vault.py`). In a published event `data` follows
    `shared/contracts` and carries no personal data.
    """

    id: UUID
    stream: UUID
    version: int
    type: str
    schema_version: int
    data: dict[str, Any]
    metadata: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    source: str
    cursor: str = ""
    previous: str = ""
    hash: bytes = b""
    boxes: list[dict[str, Any]] | None = None

    @property
    def category(self) -> str:
        return self.type.partition(".")[0]
