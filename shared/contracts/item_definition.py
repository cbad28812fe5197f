"""The elements of an implementation-list item and of a bundle, as they are written and stored."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

UNITS = ("work_day", "natural_day", "month", "working_minute")
APPLICATION_FORMS = ("full_online", "original_verification", "original_pre_review")
CASE_TYPES = ("immediate", "promised", "forwarded", "joint")
SERVICE_OBJECTS = (
    "natural_person", "enterprise", "public_institution", "social_organisation",
    "administrative_organ", "other_organisation",
)  # fmt: skip

_text = validate.Length(min=1, max=500)
_code = validate.Length(min=1, max=64)


class Basis(Schema):
    """A law and article. `checked: false` means nobody compared it with the text: not to be shown as law."""

    law = fields.String(required=True, validate=_text)
    article = fields.String(allow_none=True)
    checked = fields.Boolean(load_default=False)


class LimitSchema(Schema):
    """A length of time. 0 work days means the same working day."""

    value = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=10_000))
    unit = fields.String(required=True, validate=validate.OneOf(UNITS))
    basis = fields.List(fields.Nested(Basis))
    applies_to = fields.String()
    note = fields.String()


class UpperLimit(LimitSchema):
    clock_start = fields.String()


class Extension(LimitSchema):
    approver = fields.String(required=True, validate=_text)
    times = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=9))


class Situation(Schema):
    code = fields.String(required=True, validate=_code)
    name = fields.String(required=True, validate=_text)
    case_type = fields.String(validate=validate.OneOf(CASE_TYPES))
    promised_limit = fields.Nested(LimitSchema)
    commitment = fields.Boolean()
    follow_up_check = fields.Nested(LimitSchema)
    basis = fields.List(fields.Nested(Basis))
    note = fields.String()


class Material(Schema):
    code = fields.String(required=True, validate=_code)
    name = fields.String(required=True, validate=_text)
    necessity = fields.String(
        required=True, validate=validate.OneOf(["required", "conditional", "deferrable"])
    )
    when = fields.String()
    situation = fields.String()
    form = fields.String(required=True, validate=validate.OneOf(["paper", "electronic", "either"]))
    source = fields.String(
        required=True,
        validate=validate.OneOf(["applicant", "certificate_library", "data_sharing", "other_body"]),
    )
    kind = fields.String(required=True, validate=validate.OneOf(["form", "certificate", "proof", "other"]))
    originals = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=99))
    copies = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=99))
    basis = fields.List(fields.Nested(Basis))
    note = fields.String()


class Step(Schema):
    name = fields.String(required=True, validate=_text)
    kind = fields.String(required=True, validate=validate.OneOf(["accept", "examine", "approve", "issue"]))
    post = fields.String(required=True, validate=_text)
    limit = fields.Nested(LimitSchema, required=True)
    min_staff = fields.Integer(load_default=1, strict=True, validate=validate.Range(min=1, max=20))
    situation = fields.String()


class SpecialProcedure(Schema):
    """Type A is the extension: it lengthens the limit. Type B may stop the statutory clock."""

    type = fields.String(required=True, validate=validate.OneOf(["A", "B"]))
    name = fields.String(required=True, validate=_text)
    limit = fields.Nested(LimitSchema, required=True)
    stops_clock = fields.Boolean(load_default=False)
    basis = fields.List(fields.Nested(Basis))
    note = fields.String()


class Fee(Schema):
    """`amount` is yuan as written in lists; it is turned into whole fen when the item is defined."""

    name = fields.String(required=True, validate=_text)
    amount = fields.Decimal(places=2, allow_nan=False, validate=validate.Range(min=0))
    amount_fen = fields.Integer(strict=True, validate=validate.Range(min=0))
    currency = fields.String(validate=validate.Equal("CNY"))
    per = fields.String()
    basis = fields.List(fields.Nested(Basis))


class Result(Schema):
    name = fields.String(required=True, validate=_text)
    kind = fields.String(
        required=True, validate=validate.OneOf(["certificate", "approval_document", "other", "none"])
    )
    validity = fields.String(allow_none=True)
    electronic = fields.Boolean(load_default=False)


class Forwarded(Schema):
    to = fields.String(required=True, validate=_text)
    upper_limit = fields.Nested(UpperLimit)
    decides = fields.String(validate=validate.OneOf(["upper", "own"]))
    basis = fields.List(fields.Nested(Basis))


class JointApplicants(Schema):
    parties = fields.List(fields.String(), required=True)
    basis = fields.List(fields.Nested(Basis))


class WithdrawUntil(Schema):
    step = fields.String(required=True)
    basis = fields.List(fields.Nested(Basis))


class ItemDefinition(Schema):
    """All elements of an implementation-list item (GB/T 39046 table 4, the ones the platform acts on)."""

    key = fields.String(validate=_code)
    code = fields.String(required=True, validate=_code)
    basic_code = fields.String(validate=validate.Length(min=1, max=12))
    name = fields.String(required=True, validate=_text)
    department = fields.String(required=True, validate=_text, metadata={"description": "name of the body"})
    department_code = fields.String(required=True, validate=validate.Length(min=1, max=32))
    region_code = fields.String(required=True, validate=validate.Regexp(r"\A\d{12}\Z"))
    item_type = fields.String(required=True, validate=validate.Regexp(r"\A\d{2}\Z"))
    level = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=7))
    service_object = fields.List(
        fields.String(validate=validate.OneOf(SERVICE_OBJECTS)),
        required=True,
        validate=validate.Length(min=1),
    )
    theme = fields.String(required=True, validate=_text)
    case_type = fields.String(required=True, validate=validate.OneOf(CASE_TYPES))
    application_forms = fields.List(
        fields.String(validate=validate.OneOf(APPLICATION_FORMS)),
        required=True,
        validate=validate.Length(min=1),
    )
    set_by = fields.List(fields.Nested(Basis))
    conditions = fields.List(fields.String())
    statutory_limit = fields.Nested(LimitSchema, required=True, allow_none=True)
    promised_limit = fields.Nested(LimitSchema, required=True, allow_none=True)
    extension = fields.Nested(Extension, load_default=None, allow_none=True)
    delivery_limit = fields.Nested(LimitSchema, load_default=None, allow_none=True)
    pre_review_limit = fields.Nested(LimitSchema, load_default=None, allow_none=True)
    clock_start = fields.String(required=True, validate=validate.OneOf(["received", "accepted"]))
    incomplete = fields.String(required=True, validate=validate.OneOf(["notice", "return", "not_accepted"]))
    incomplete_basis = fields.Nested(Basis)
    deemed = fields.String(required=True, validate=validate.OneOf(["after_5_work_days", "at_once", "none"]))
    deemed_basis = fields.Nested(Basis)
    situations = fields.List(fields.Nested(Situation), load_default=list)
    materials = fields.List(fields.Nested(Material), required=True)
    materials_basis = fields.Nested(Basis)
    steps = fields.List(fields.Nested(Step), required=True, validate=validate.Length(min=1))
    special_procedures = fields.List(fields.Nested(SpecialProcedure), load_default=list)
    fee = fields.List(fields.Nested(Fee), load_default=None, allow_none=True)
    result = fields.Nested(Result, required=True)
    delivery = fields.List(
        fields.String(validate=validate.OneOf(["hall", "courier", "electronic"])),
        required=True,
        validate=validate.Length(min=1),
    )
    project_no_required = fields.Boolean(load_default=False)
    forwarded = fields.Nested(Forwarded, load_default=None, allow_none=True)
    handling_range = fields.String()
    village_proxy = fields.Boolean()
    joint_applicants = fields.Nested(JointApplicants)
    withdraw_until = fields.Nested(WithdrawUntil)
    place = fields.String()
    office_hours = fields.String()
    phone = fields.String()
    complaint_phone = fields.String()


class BundleMember(Schema):
    item = fields.String(required=True, metadata={"description": "key or code of an item"})
    order = fields.Integer(required=True, strict=True)
    after = fields.List(fields.String(), load_default=list)
    why_after = fields.String()
    situation = fields.String()
    when = fields.String()


class ProducedInside(Schema):
    material = fields.String(required=True)
    by = fields.String(required=True)
    used_by = fields.List(fields.String(), required=True)


class ExternalStep(Schema):
    key = fields.String(required=True)
    name = fields.String(required=True)
    body = fields.String(required=True)
    order = fields.Integer(required=True, strict=True)
    after = fields.List(fields.String())
    basis = fields.List(fields.Nested(Basis))


class BundleDefinition(Schema):
    """一件事: related items, one form, one chain. Each member keeps its own clock."""

    key = fields.String(required=True, validate=_code)
    name = fields.String(required=True, validate=_text)
    lead = fields.String(required=True, validate=_text)
    lead_has_no_member_item = fields.Boolean()
    one_form = fields.Boolean(load_default=True)
    promised_limit = fields.Nested(LimitSchema, allow_none=True)
    members = fields.List(fields.Nested(BundleMember), required=True, validate=validate.Length(min=1))
    external_steps = fields.List(fields.Nested(ExternalStep), load_default=list)
    shared_materials = fields.List(fields.String(), load_default=list)
    produced_inside = fields.List(fields.Nested(ProducedInside), load_default=list)
    clocks = fields.String()
