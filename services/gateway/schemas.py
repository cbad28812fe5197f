"""Wire schemas of what the gateway answers itself."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.moments import moment
from shared.contracts.operations import PARKED_STATES, Rebuild

_NAME = validate.Length(min=1, max=100)


class FeedQuery(Schema):
    """`after` is the cursor of the page before; without one the feed begins at its beginning."""

    service = fields.String(required=True, validate=_NAME)
    category = fields.String(required=True, validate=_NAME)
    after = fields.String(load_default="")
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=1000))


class FeedPage(Schema):
    events = fields.List(fields.Dict(), metadata={"description": "CloudEvents 1.0, as published"})
    cursor = fields.String()
    head_at = fields.AwareDateTime(allow_none=True)


class ParkedQuery(Schema):
    """Without `service` all of them are asked. `skipped` lists what was gone on without, who said so, why."""

    service = fields.String(validate=_NAME)
    subscriber = fields.String(validate=_NAME)
    state = fields.String(validate=validate.OneOf(PARKED_STATES))
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=200))
    after = fields.String()


class ParkedAct(Schema):
    service = fields.String(required=True, validate=_NAME)
    subscriber = fields.String(required=True, validate=_NAME)
    stream = fields.UUID(required=True)


class SubscriberRef(Schema):
    service = fields.String(required=True, validate=_NAME)
    subscriber = fields.String(required=True, validate=_NAME)


class ParkedEvents(Schema):
    items = fields.List(fields.Dict(), metadata={"description": "the waiting events, in order"})
    next = fields.String(allow_none=True)


class ParkedDone(Schema):
    """With none left the stream flows again."""

    applied = fields.Integer()
    left = fields.Integer()


class RetriedAll(Schema):
    streams = fields.Integer()
    mended = fields.Integer()
    applied = fields.Integer()
    left = fields.Integer()


class Resumed(Schema):
    resumed = fields.List(fields.String(), metadata={"description": "services whose feeds it follows again"})


class RebuildsQuery(Schema):
    """Without `service` all of them are asked."""

    service = fields.String(validate=_NAME)
    read_model = fields.String(validate=_NAME)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))


class RebuildQuery(Schema):
    id = fields.UUID(required=True)


class RebuildList(Schema):
    """Newest first, of each service at most `limit`."""

    items = fields.List(fields.Nested(Rebuild))
    unreachable = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class SealQuery(Schema):
    service = fields.String(required=True)


class SealsQuery(SealQuery):
    """`after` is the number of the last seal of the page before."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 200))
    after = fields.Integer(validate=validate.Range(min=1))


class Seal(Schema):
    """A signed statement; `docs/proofs.md` says how to check it."""

    format = fields.String()
    service = fields.String()
    number = fields.Integer()
    first = fields.Integer()
    count = fields.Integer()
    until = fields.String()
    taken_at = fields.String()
    root = fields.String()
    previous = fields.String()
    hash = fields.String()
    signature_kind = fields.String()
    key = fields.String()
    signature = fields.String()


class SealList(Schema):
    items = fields.List(fields.Nested(Seal))
    next = fields.String(allow_none=True)


class SealTaken(Schema):
    """`seal` is null when one already reaches this moment."""

    seal = fields.Nested(Seal, allow_none=True)


class ParkedList(Schema):
    items = fields.List(fields.Dict())
    unreachable = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class PlatformStatus(Schema):
    now = fields.AwareDateTime()
    simulated = fields.Boolean()
    services = fields.Dict(keys=fields.String(), values=fields.Dict())


class ClockReading(Schema):
    now = fields.AwareDateTime()
    simulated = fields.Boolean()


class SetClock(Schema):
    """The simulated clock only goes forward."""

    now = moment(required=True)


class UploadQuery(Schema):
    name = fields.String(
        validate=validate.Length(max=255), metadata={"description": "the file's name, for a raw body"}
    )


class Ready(Schema):
    status = fields.String()
    services = fields.Dict(keys=fields.String(), values=fields.String())


class Alive(Schema):
    status = fields.String()


class KeySet(Schema):
    keys = fields.List(fields.Dict())
