"""Toy events one of whose fields is personal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from marshmallow import Schema, fields

from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.personal.declaration import PERSONAL, Declaration

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


class Noted(Schema):
    subject = fields.String()
    text = fields.String(metadata=PERSONAL)
    form = fields.Dict(metadata=PERSONAL)
    lines = fields.List(fields.String(), metadata=PERSONAL)
    count = fields.Integer(metadata=PERSONAL)


DECLARATION = Declaration({("case.noted", 1): Noted}, lambda type, data: data.get("subject"))


def note(store: PostgresEventStore, stream: UUID | None = None, version: int = 0, **data: Any) -> UUID:
    stream = stream or uuid4()
    with store.unit_of_work() as unit:
        unit.append(stream, version, [NewEvent("case.noted", data, NOON)], Metadata())
    return stream
