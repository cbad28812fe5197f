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
