"""What goes over the wire to the operations every service has."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

PARKED_STATES = ("parked", "skipped")


class SkipParked(Schema):
    """Why the subscriber shall go on without the event; kept with the skip, beside who said so and when.

    `version` names the event that is meant: another one is first by then, and nothing is skipped (409).
    """

    reason = fields.String(required=True, validate=validate.Length(1, 500))
    version = fields.Integer(validate=validate.Range(1))


class ResumeSubscriber(Schema):
    """Where it goes on. `common`: where it stood, or at the last place it shares with a restored owner. Where
    the owner lost that place too, `head`: with what happens from now, or `beginning`: with everything again.
    """

    start = fields.String(
        data_key="from", load_default="common", validate=validate.OneOf(("common", "head", "beginning"))
    )


REBUILD_STATES = ("proposed", "replaced", "waiting", "running", "done", "failed")


class AskRebuild(Schema):
    """`release` carries out what another operator proposed; then nothing else of the body counts. `workers`
    are processes that fold a history, where it can be folded. `afresh`: not going on with one that broke off.
    """

    read_model = fields.String(required=True, validate=validate.Length(1, 100))
    workers = fields.Integer(load_default=1, validate=validate.Range(1, 16))
    afresh = fields.Boolean(load_default=False)
    release = fields.Boolean(load_default=False)


class RebuiltTable(Schema):
    """Rows that served before, and that serve now. They may differ: so a mended handler gets its way."""

    table = fields.String()
    before = fields.Integer()
    after = fields.Integer()
    same = fields.Boolean()


class Rebuild(Schema):
    """`state`: `proposed` (a second operator has to release it), `replaced` (by a later proposal), `waiting`,
    `running`, `done`, `failed` (then `failure` says why, and what served still serves).

    `done` is the part of `phase` that is done, 0 to 1, null where nobody can know; `per_second` and
    `seconds_left` are of this phase. `events` counts those read before an interruption too; `seconds` is of
    the run that ended it.
    """

    id = fields.UUID()
    service = fields.String()
    read_model = fields.String()
    state = fields.String(validate=validate.OneOf(REBUILD_STATES))
    asked_by = fields.String()
    asked_at = fields.AwareDateTime()
    released_by = fields.String(allow_none=True)
    released_at = fields.AwareDateTime(allow_none=True)
    workers = fields.Integer()
    phase = fields.String(allow_none=True)
    events = fields.Integer()
    per_second = fields.Float(allow_none=True)
    done = fields.Float(allow_none=True)
    seconds_left = fields.Float(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    seconds = fields.Float(allow_none=True)
    failure = fields.String(allow_none=True)
    tables = fields.List(fields.Nested(RebuiltTable))
