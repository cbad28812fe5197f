"""That a person's data was erased: for services that hold some of it under keys of their own."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

GROUNDS = ("requested", "purpose_ended", "retention_ended", "consent_withdrawn", "unlawful")
"""个人信息保护法 第四十七条: the cases in which personal information has to be deleted. No free words, which
could say what is to be forgotten."""


class ErasureProposed(Schema):
    subject_id = fields.String(required=True)
    reason = fields.String(required=True, validate=validate.OneOf(GROUNDS))
    by = fields.String(required=True)


class SubjectErased(ErasureProposed):
    """`by` proposed it, `released_by` is the second person."""

    released_by = fields.String(required=True)
    cases = fields.Integer(required=True, strict=True)


PUBLISHED: dict[str, type[Schema]] = {
    "subject.erasure_proposed": ErasureProposed,
    "subject.erased": SubjectErased,
}
