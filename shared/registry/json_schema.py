"""marshmallow schemas of published data as JSON Schema 2020-12.

Made for readers: what isn't declared may be there one day (a new field is no breaking change), so nothing
forbids further properties. A field of a kind that isn't known here is an error and not a silence.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from shared.contracts.allow_list import Reduced

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Shape = dict[str, Any]

_PLAIN: tuple[tuple[type[fields.Field[Any]], Shape], ...] = (
    (fields.UUID, {"type": "string", "format": "uuid"}),
    (fields.AwareDateTime, {"type": "string", "format": "date-time"}),
    (fields.Date, {"type": "string", "format": "date"}),
    (fields.String, {"type": "string"}),
    (fields.Boolean, {"type": "boolean"}),
    (fields.Integer, {"type": "integer"}),
)
"""The first that fits; subclasses stand before what they are made of."""


class NoShape(TypeError):
    """A field that nobody has said how to describe."""


def schema_of(kind: type[Schema]) -> Shape:
    """One type's `data`; what the class says about itself is its description."""
    schema = kind()
    by_name = {each.data_key or name: each for name, each in schema.fields.items()}
    shape: Shape = {
        "type": "object",
        "properties": {name: _field(each, f"{kind.__name__}.{name}") for name, each in by_name.items()},
    }
    required = sorted(name for name, each in by_name.items() if each.required)
    if required:
        shape["required"] = required
    if kind.__doc__ and not kind.__doc__.startswith("Base schema class"):
        shape["description"] = " ".join(kind.__doc__.split())
    return shape


def _field(field: fields.Field[Any], where: str) -> Shape:
    shape = _limited(_kind(field, where), field)
    if text := field.metadata.get("description"):
        shape["description"] = text
    return _nullable(shape) if field.allow_none else shape


def _kind(field: fields.Field[Any], where: str) -> Shape:
    if isinstance(field, Reduced):
        return field.shape()
    if isinstance(field, fields.Nested):
        return schema_of(type(field.schema))
    if isinstance(field, fields.List):
        return {"type": "array", "items": _field(field.inner, where)}
    if isinstance(field, fields.Dict):
        shape: Shape = {"type": "object"}
        if field.value_field is not None:
            shape["additionalProperties"] = _field(field.value_field, where)
        return shape
    for kind, plain in _PLAIN:
        if isinstance(field, kind):
            return dict(plain)
    raise NoShape(f"{where} is a {type(field).__name__}, of which no JSON Schema is known")


def _limited(shape: Shape, field: fields.Field[Any]) -> Shape:
    """What validators say, as far as JSON Schema has words for it."""
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            shape["enum"] = list(validator.choices)
        elif isinstance(validator, validate.Range):
            limits = {"minimum": validator.min, "maximum": validator.max}
            shape |= {name: limit for name, limit in limits.items() if limit is not None}
        elif isinstance(validator, validate.Length):
            lengths = {"minLength": validator.min, "maxLength": validator.max}
            shape |= {name: length for name, length in lengths.items() if length is not None}
    return shape


def _nullable(shape: Shape) -> Shape:
    shape = {**shape, "type": [shape["type"], "null"]}
    if "enum" in shape:
        shape["enum"] = [*shape["enum"], None]
    return shape
