"""Events about rebuilds that operators asked for, in the store of the service whose read model it is.

They stay inside: no contract publishes them. The stream is the run's own id.
"""

from __future__ import annotations

from uuid import UUID

from marshmallow import Schema, fields, validate

from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.store import UnitOfWork
from shared.service.application import Application

ENDS = ("done", "failed")


class _OfARun(Schema):
    rebuild_id = fields.String(required=True)
    read_model = fields.String(required=True)


class RebuildProposed(_OfARun):
    proposed_by = fields.String(required=True)


class RebuildStarted(_OfARun):
    """`proposed_by` is the first of two persons, where two are needed; the second is the event's actor."""

    proposed_by = fields.String(required=True, allow_none=True)
    workers = fields.Integer(strict=True, required=True)
    afresh = fields.Boolean(required=True)


class RebuiltTable(Schema):
    table = fields.String(required=True)
    before = fields.Integer(strict=True, required=True)
    after = fields.Integer(strict=True, required=True)
    same = fields.Boolean(required=True)


class RebuildEnded(_OfARun):
    """`failure` names no personal value; `tables` is empty when it failed."""

    outcome = fields.String(required=True, validate=validate.OneOf(ENDS))
    events = fields.Integer(strict=True, required=True)
    milliseconds = fields.Integer(strict=True, required=True)
    tables = fields.List(fields.Nested(RebuiltTable), required=True)
    failure = fields.String(required=True, allow_none=True)


STORED: dict[tuple[str, int], type[Schema]] = {
    ("rebuild.proposed", 1): RebuildProposed,
    ("rebuild.started", 1): RebuildStarted,
    ("rebuild.ended", 1): RebuildEnded,
}
"""(type, schema version) -> schema of `data`."""


def record(
    app: Application, unit: UnitOfWork, run: str, type: str, data: dict[str, object], by: Metadata
) -> int:
    """Append to the run's stream; answers its new version."""
    stream = UUID(run)
    event = NewEvent(type, {"rebuild_id": run, **data}, app.clock.now())
    return unit.append(stream, len(unit.read_stream(stream)), [event], by)
