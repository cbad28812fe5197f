"""Wire contract of the catalogue service: what goes into its operations and what comes out."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields, validate

from shared.contracts.import_report import ImportReport
from shared.contracts.item_definition import (
    APPLICATION_FORMS,
    CASE_TYPES,
    BundleDefinition,
    ItemDefinition,
    LimitSchema,
)
from shared.contracts.item_guide import Guide

__all__ = [
    "BundleDefinition",
    "DefineItems",
    "Guide",
    "ImportItems",
    "ImportReport",
    "ItemAnswer",
    "ItemCard",
    "ItemCode",
    "ItemDefinition",
    "ItemList",
    "ItemSearch",
    "ItemVersionQuery",
    "LimitSchema",
    "Nothing",
    "Opinion",
    "Reason",
]

ITEM_LEASE_SECONDS = 0.5
"""How long `cases` may use what `item_for_case` answered, counted from before it asked. The catalogue
answers no command that takes a version out of force before that time has passed."""

AUDIENCES = ("natural_person", "enterprise")
SORTS = ("name", "department", "updated")

_text = validate.Length(min=1, max=500)
_code = validate.Length(min=1, max=64)


class DefineItems(Schema):
    items = fields.List(fields.Nested(ItemDefinition), required=True, validate=validate.Length(max=500))
    bundles = fields.List(fields.Nested(BundleDefinition), load_default=list)


class ImportRow(Schema):
    """One line of a list as it was read: everything is text, and anything may be missing or wrong."""

    class Meta:
        unknown = INCLUDE

    line = fields.Integer(required=True, strict=True)
    department = fields.String(load_default="", allow_none=True)
    main_item = fields.String(load_default="", allow_none=True)
    item_name = fields.String(load_default="", allow_none=True)
    item_code = fields.String(load_default="", allow_none=True)
    area_code = fields.String(load_default="", allow_none=True)
    task_type = fields.String(load_default="", allow_none=True)
    dept_code = fields.String(load_default="", allow_none=True)


class ImportItems(Schema):
    rows = fields.List(fields.Nested(ImportRow), required=True, validate=validate.Length(max=20_000))
    dry_run = fields.Boolean(load_default=False)


class ItemSearch(Schema):
    """Query of `GET /items`. `region` takes a code; trailing zeros cover what lies below it."""

    q = fields.String(validate=validate.Length(max=100))
    region = fields.String(validate=validate.Regexp(r"\A\d{2,12}\Z"))
    department = fields.String(metadata={"description": "department code or exact name"})
    audience = fields.String(validate=validate.OneOf(AUDIENCES))
    theme = fields.String()
    form = fields.String(
        validate=validate.OneOf([*APPLICATION_FORMS, "online"]),
        metadata={"description": "`online`: any form that one may apply by here"},
    )
    item_type = fields.String(validate=validate.Regexp(r"\A\d{2}\Z"))
    appliable = fields.Boolean(metadata={"description": "only items one may apply for here"})
    level = fields.Integer(
        validate=validate.Range(min=1, max=7),
        metadata={"description": "with a region: only items of that level, as one site per level shows them"},
    )
    case_type = fields.String(validate=validate.OneOf(CASE_TYPES))
    sort = fields.String(load_default="name", validate=validate.OneOf(SORTS))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.String(load_default="")


class ItemCode(Schema):
    code = fields.String(required=True, validate=_code)


class ItemVersionQuery(ItemCode):
    version = fields.Integer(validate=validate.Range(min=1, max=2**31 - 1))


class ItemCard(Schema):
    code = fields.String()
    name = fields.String()
    version = fields.Integer()
    use_state = fields.String()
    department_code = fields.String()
    department_name = fields.String()
    region_code = fields.String()
    item_type = fields.String()
    theme = fields.String()
    case_type = fields.String(allow_none=True)
    service_object = fields.List(fields.String())
    application_forms = fields.List(fields.String())
    appliable = fields.Boolean()
    visits = fields.Integer(allow_none=True)
    promised_limit = fields.Nested(LimitSchema, allow_none=True)
    updated_at = fields.String()


class ItemList(Schema):
    """`total` and `facets` come with the first page."""

    items = fields.List(fields.Nested(ItemCard))
    next = fields.String(allow_none=True)
    total = fields.Integer()
    facets = fields.Dict(metadata={"description": "theme and department: {value, label?, count}"})


class Reason(Schema):
    reason = fields.String(required=True, validate=_text)


class Opinion(Schema):
    opinion = fields.String(validate=_text)


class Nothing(Schema):
    """A command that needs no body."""


class ItemAnswer(Schema):
    """Answer of every item command."""

    code = fields.String()
    edit_state = fields.String()
    use_state = fields.String()
    item_version = fields.Integer()
    warnings = fields.List(fields.Dict())
