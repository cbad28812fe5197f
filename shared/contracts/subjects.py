"""The wire schemas of erasing a person's data."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.subject_events import GROUNDS


class SubjectRef(Schema):
    """An account, an enterprise, or `case:NO` for who applied at a window without an account."""

    id = fields.String(required=True, validate=validate.Length(1, 200))


class EraseSubject(Schema):
    reason = fields.String(required=True, validate=validate.OneOf(GROUNDS))


class ErasureAnswer(Schema):
    """`proposed` waits for a second person; `erased` is done and can't be undone."""

    subject_id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("proposed", "erased")))
    cases = fields.Integer(required=True)
    version = fields.Integer()
    token = fields.String()
