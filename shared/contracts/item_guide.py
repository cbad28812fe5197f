"""The service guide 办事指南 as it is answered."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts.item_definition import (
    Basis,
    Extension,
    Fee,
    Forwarded,
    JointApplicants,
    LimitSchema,
    Material,
    Result,
    Situation,
    SpecialProcedure,
    Step,
    WithdrawUntil,
)


class FormVisits(Schema):
    form = fields.String()
    visits = fields.Integer()


class Body(Schema):
    code = fields.String()
    name = fields.String()


class GuideLimits(Schema):
    clock_start = fields.String()
    statutory = fields.Nested(LimitSchema, allow_none=True)
    promised = fields.Nested(LimitSchema, allow_none=True)
    extension = fields.Nested(Extension, allow_none=True)
    delivery = fields.Nested(LimitSchema, allow_none=True)
    pre_review = fields.Nested(LimitSchema, allow_none=True)


class GuideMaterial(Material):
    demanded = fields.Boolean(metadata={"description": "false: provided by data sharing, shown only"})


class GuideStep(Step):
    order = fields.Integer()


class SituationMaterials(Schema):
    code = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    materials = fields.List(fields.String(), metadata={"description": "codes of all that may be demanded"})


class GuideFee(Schema):
    charged = fields.Boolean()
    items = fields.List(fields.Nested(Fee))


class Guide(Schema):
    """`complete` false: known by its list entry only; then everything from `basis` on is missing."""

    code = fields.String()
    name = fields.String()
    version = fields.Integer()
    use_state = fields.String()
    published_at = fields.String()
    complete = fields.Boolean()
    appliable = fields.Boolean()
    department = fields.Nested(Body)
    region_code = fields.String()
    item_type = fields.String()
    level = fields.Integer()
    theme = fields.String(allow_none=True)
    service_object = fields.List(fields.String())
    case_type = fields.String(allow_none=True)
    application_forms = fields.List(fields.String())
    forms = fields.List(fields.Nested(FormVisits))
    visits = fields.Integer(allow_none=True)
    basis = fields.List(fields.Nested(Basis))
    conditions = fields.List(fields.String())
    situations = fields.List(fields.Nested(Situation))
    limits = fields.Nested(GuideLimits)
    procedure = fields.List(fields.Nested(GuideStep))
    special_procedures = fields.List(fields.Nested(SpecialProcedure))
    materials = fields.List(fields.Nested(GuideMaterial))
    materials_by_situation = fields.List(fields.Nested(SituationMaterials))
    materials_basis = fields.Nested(Basis, allow_none=True)
    incomplete = fields.Dict()
    deemed_acceptance = fields.Dict()
    fee = fields.Nested(GuideFee)
    result = fields.Nested(Result)
    delivery = fields.List(fields.String())
    forwarded = fields.Nested(Forwarded, allow_none=True)
    joint_applicants = fields.Nested(JointApplicants, allow_none=True)
    withdraw_until = fields.Nested(WithdrawUntil, allow_none=True)
    handling_range = fields.String(allow_none=True)
    project_no_required = fields.Boolean()
    contact = fields.Dict()
    remedies = fields.List(fields.String())
