"""Values and field kinds that several wire schemas of the cases service use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, pre_load, validate

APPLICATION_FORMS = ("original_pre_review", "original_verification", "full_online", "window")
"""The counter may always be used beside the online forms that an item offers."""
APPLICANT_TYPES = (
    "natural_person", "enterprise", "public_institution", "social_organisation",
    "administrative_organ", "other_organisation",
)  # fmt: skip
ID_TYPES = ("citizen_id", "credit_code", "organisation_code", "passport", "other")
SOURCES = ("portal", "mobile", "window", "terminal", "hotline", "proxy", "department_system")
"""Where an application may come from; `import` is kept for historical cases and can't be claimed."""
MATERIAL_METHODS = ("paper", "attachment", "certificate_library")
DELIVERY_METHODS = ("hall", "courier", "electronic")
STATUSES = (
    "submitted", "pre_review_passed", "pre_review_failed", "supplement_required", "supplemented",
    "accepted", "in_process", "suspended", "decided", "completed", "delivered", "not_accepted",
    "returned", "withdrawn", "lapsed", "voided",
)  # fmt: skip
COLOURS = ("normal", "warning", "yellow", "red")

# Codes other systems send for the same thing: GA/T 2000.156 (111, 414) and Guangdong's (10).
_ID_TYPE_CODES = {
    "id_card": "citizen_id", "111": "citizen_id", "10": "citizen_id", "身份证": "citizen_id",
    "414": "passport", "护照": "passport",
    "统一社会信用代码": "credit_code", "组织机构代码证": "organisation_code",
}  # fmt: skip
_APPLICANT_TYPE_CODES = {"person": "natural_person", "legal_person": "enterprise"}


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValidationError("Must not be blank.")


def _float_in(value: Any) -> str | None:
    if isinstance(value, float):
        return "Not a valid value: send fractions as strings."
    inner: Any = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return next((found for each in inner if (found := _float_in(each))), None)


class Code(fields.String):
    """A string out of a closed set; values of other code tables are translated first."""

    def __init__(self, allowed: tuple[str, ...], other: Mapping[str, str] | None = None, **kwargs: Any):
        super().__init__(validate=validate.OneOf(allowed), **kwargs)
        self._other = other or {}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        known = self._other.get(value, value) if isinstance(value, str) else value
        return super()._deserialize(known, attr, data, **kwargs)


def id_type(**kwargs: Any) -> Code:
    return Code(ID_TYPES, _ID_TYPE_CODES, **kwargs)


def applicant_type(**kwargs: Any) -> Code:
    return Code(APPLICANT_TYPES, _APPLICANT_TYPE_CODES, **kwargs)


def text(longest: int = 2000, **kwargs: Any) -> fields.String:
    """A string that is not blank and not longer than `longest` characters."""
    return fields.String(validate=[validate.Length(min=1, max=longest), _not_blank], **kwargs)


class Json(fields.Dict):
    """Free JSON, as an item's own form sends it. Fractions travel as strings: events hold no floats."""

    def __init__(self, **kwargs: Any):
        super().__init__(keys=fields.String(validate=validate.Length(min=1, max=100)), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        loaded: dict[str, Any] = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        errors = {name: [found] for name, inner in loaded.items() if (found := _float_in(inner))}
        if errors:
            raise ValidationError(errors)
        return loaded


class MaterialRef(Schema):
    """A material that is asked for; `"M1"` is short for `{"code": "M1"}`."""

    code = text(40, required=True)
    name = text(300)
    reason = text(1000)

    @pre_load
    def _from_code(self, data: Any, **kwargs: Any) -> Any:
        return {"code": data} if isinstance(data, str) else data


class Material(Schema):
    """A material that is handed in. `file_id` comes from `POST /files`."""

    code = text(40, required=True)
    name = text(300)
    method = Code(MATERIAL_METHODS, load_default="attachment")
    quantity = fields.Integer(strict=True, load_default=1, validate=validate.Range(min=0, max=10_000))
    file_id = fields.String(validate=validate.Length(equal=36))
    certificate_id = text(100)
    received = fields.Boolean()
    remark = text(1000)
