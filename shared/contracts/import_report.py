"""What an import answers, whatever was imported: every row accounted for."""

from __future__ import annotations

from marshmallow import Schema, fields


class RowFinding(Schema):
    line = fields.Integer()
    field = fields.String()
    code = fields.String()
    reason = fields.String()


class ImportReport(Schema):
    """total = imported + unchanged + rejected."""

    total = fields.Integer()
    imported = fields.Integer()
    unchanged = fields.Integer()
    rejected = fields.Integer()
    errors = fields.List(fields.Nested(RowFinding))
    warnings = fields.List(fields.Nested(RowFinding))
    counts = fields.Dict(metadata={"description": "how often each finding's code occurs"})
    dry_run = fields.Boolean()
