"""Schemas of the stored events of the category `case`, by type and version.

Values that only a decision always has may be null: facts stated by others are stored too. Fields
marked `personal` are encrypted for their subject by the store and never published.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from services.cases.domain import shapes
from services.cases.domain.transitions import STATUSES
from services.cases.fitting import Fits, surely_fits
from shared.contracts import case_events, subject_events
from shared.contracts.allow_list import allowed
from shared.personal.declaration import PERSONAL, Declaration, personal_of

__all__ = ["DECLARATION", "STORED", "check_stored", "personal_paths", "publish", "stored_schema"]

SCHEMA_VERSION = 1
_PERSONAL = PERSONAL


def _moment(text: str) -> None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValidationError("Not a valid ISO 8601 time.") from error
    if found.tzinfo is None:
        raise ValidationError("A time needs its offset.")


class Case(Schema):
    """Who is who: the block every event of a case carries."""

    case_no = fields.String(required=True, allow_none=True)
    item_code = fields.String(required=True, allow_none=True)
    item_name = fields.String(required=True, allow_none=True)
    department_code = fields.String(required=True, allow_none=True)
    department_name = fields.String(required=True, allow_none=True)
    region_code = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    application_form = fields.String(required=True, allow_none=True)


class Officer(Schema):
    id = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True, metadata=personal_of("id"))
    department_code = fields.String(required=True, allow_none=True)
    department_name = fields.String(required=True, allow_none=True)


class Party(Schema):
    id = fields.String(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)


class Receiver(Schema):
    id = fields.String(required=True, allow_none=True)
    department_code = fields.String(required=True, allow_none=True)


class MaterialWanted(Schema):
    code = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)


class Material(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    method = fields.String(required=True)
    quantity = fields.Integer(strict=True, required=True)
    received = fields.Boolean(required=True)
    file_id = fields.String(allow_none=True)
    certificate_id = fields.String(allow_none=True, metadata=_PERSONAL)
    reason = fields.String(allow_none=True)
    remark = fields.String(allow_none=True, metadata=_PERSONAL)


class Applicant(Schema):
    """`type` and `subject_id` say who it is without saying it."""

    class Meta:
        unknown = INCLUDE

    type = fields.String()
    subject_id = fields.String(allow_none=True)
    name = fields.String(metadata=_PERSONAL)
    id_type = fields.String(metadata=_PERSONAL)
    id_no = fields.String(metadata=_PERSONAL)
    phone = fields.String(allow_none=True, metadata=_PERSONAL)
    email = fields.String(allow_none=True, metadata=_PERSONAL)
    address = fields.String(allow_none=True, metadata=_PERSONAL)
    postal_code = fields.String(allow_none=True, metadata=_PERSONAL)
    legal_representative = fields.Raw(allow_none=True, metadata=_PERSONAL)


class Delivery(Schema):
    class Meta:
        unknown = INCLUDE

    method = fields.String()
    address = fields.Raw(allow_none=True, metadata=_PERSONAL)


class Certificate(Schema):
    class Meta:
        unknown = INCLUDE

    no = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    validity = fields.String(allow_none=True)
    description = fields.Raw(allow_none=True, metadata=_PERSONAL)


class StoredEvent(Schema):
    """What every event carries besides its own facts."""

    case = fields.Nested(Case, required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    flags = fields.List(fields.String())
    extra = fields.Dict(keys=fields.String(), metadata=_PERSONAL)


_KINDS: dict[str, Callable[..., fields.Field[Any]]] = {
    shapes.TEXT: fields.String,
    shapes.NUMBER: lambda **given: fields.Integer(strict=True, **given),
    shapes.YES_NO: fields.Boolean,
    shapes.MOMENT: lambda **given: fields.String(validate=_moment, **given),
    shapes.OFFICER: lambda **given: fields.Nested(Officer, **given),
    shapes.PARTY: lambda **given: fields.Nested(Party, **given),
    shapes.ROWS: lambda **given: fields.List(fields.Nested(MaterialWanted), **given),
    shapes.MATERIALS: lambda **given: fields.List(fields.Nested(Material), **given),
    shapes.TEXTS: lambda **given: fields.List(fields.String(), **given),
    shapes.OBJECT: lambda **given: fields.Dict(keys=fields.String(), **given),
    shapes.TRANSFER: lambda **given: fields.Nested(Receiver, **given),
    shapes.COLLECTOR: fields.Raw,
}

_OBJECTS: dict[str, type[Schema]] = {
    "applicant": Applicant,
    "contact": Applicant,
    "delivery": Delivery,
    "certificate": Certificate,
}

_WHOLLY_PERSONAL = frozenset(
    {
        ("case.submitted", "query_code"),
        ("case.submitted", "form"),
        ("case.delivered", "collector"),
        ("case.urged", "content"),
        ("case.rated", "reason"),
        ("case.withdrawn", "reason"),
        ("case.corrected", "changes"),
        ("case.special_procedure_started", "approver"),
        ("case.extended", "approver"),
    }
)


def _field(event: str, key: str, kind: str, optional: bool) -> fields.Field[Any]:
    given: dict[str, Any] = {"required": not optional, "allow_none": True}
    if (event, key) in _WHOLLY_PERSONAL:
        given["metadata"] = _PERSONAL
    if kind == shapes.OBJECT and key in _OBJECTS:
        return fields.Nested(_OBJECTS[key], **given)
    return _KINDS[kind](**given)


def _schema(event: str) -> type[Schema]:
    made = {
        key.rstrip("?"): _field(event, key.rstrip("?"), kind, key.endswith("?"))
        for key, kind in shapes.SHAPES[event].items()
    }
    name = "".join(part.title() for part in event.replace(".", "_").split("_"))
    return type(name, (StoredEvent,), made)


STORED: dict[tuple[str, int], type[Schema]] = {
    (event, SCHEMA_VERSION): _schema(event) for event in shapes.SHAPES
} | {(event, SCHEMA_VERSION): schema for event, schema in subject_events.PUBLISHED.items()}
"""(type, schema version) -> schema of `data`."""


publish = allowed({**case_events.PUBLISHED, **subject_events.PUBLISHED})


def _subject_of(type: str, data: Mapping[str, Any]) -> str | None:
    """The applicant's account or enterprise. Who came to a window without one is known by the case alone."""
    subject = (data.get("applicant") or {}).get("subject_id")
    return subject or f"case:{data['case']['case_no']}"


DECLARATION = Declaration(STORED, _subject_of)


def stored_schema(event: str, version: int = SCHEMA_VERSION) -> type[Schema]:
    """Raises KeyError for a type or version that was never stored."""
    return STORED[event, version]


@lru_cache(maxsize=256)
def _checker(event: str, version: int) -> Schema:
    """Building a schema costs ten times what holding an event to it does."""
    return stored_schema(event, version)()


@lru_cache(maxsize=256)
def _sure(event: str, version: int) -> Fits:
    return surely_fits(_checker(event, version))


def check_stored(event: str, data: Mapping[str, Any], version: int = SCHEMA_VERSION) -> None:
    """Raises marshmallow's ValidationError when the data may not be stored, a float in it included."""
    if _sure(event, version)(data):
        return
    errors = _checker(event, version).validate(dict(data))
    floats = list(_floats(data, ""))
    if floats:
        errors["floats"] = [f"{path} is a float; events hold none" for path in floats]
    if errors:
        raise ValidationError(errors)


def _floats(value: Any, path: str) -> list[str]:
    if isinstance(value, float):
        return [path]
    if isinstance(value, Mapping):
        return [
            found for key, inner in value.items() for found in _floats(inner, f"{path}.{key}".lstrip("."))
        ]
    if isinstance(value, list | tuple):
        return [found for index, inner in enumerate(value) for found in _floats(inner, f"{path}.{index}")]
    return []


def personal_paths(event: str, version: int = SCHEMA_VERSION) -> list[str]:
    """Dotted paths of the personal fields; `*` stands for every row of a list."""
    return _personal(stored_schema(event, version)(), "")


def _personal(schema: Schema, prefix: str) -> list[str]:
    found: list[str] = []
    for name, field in schema.fields.items():
        path, inner = f"{prefix}{name}", field
        if isinstance(inner, fields.List):
            path, inner = f"{path}.*", inner.inner
        if field.metadata.get("personal"):
            found.append(f"{prefix}{name}")
        elif isinstance(inner, fields.Nested):
            found += _personal(inner.schema, f"{path}.")
    return found
