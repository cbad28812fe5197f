"""A look at data that tells quickly what a schema surely takes.

marshmallow makes a new value of every field and gathers errors to tell; hardly any event has one. So a
schema is made into functions that look at types, and ask its validators. They never refuse: what they
don't know for certain is marshmallow's to decide, and to explain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields

Fits = Callable[[Any], bool]
"""True: the schema takes it as it is, and no float is in it. False says nothing."""

_SIMPLE: dict[type[fields.Field[Any]], type] = {
    fields.String: str,
    fields.Boolean: bool,
    fields.Integer: int,
}


def surely_fits(schema: Schema) -> Fits:
    """Made once for a schema. One with hooks, partial loading or renamed fields is never sure."""
    if any(schema._hooks.values()) or schema.many or schema.partial or schema.unknown not in (INCLUDE, RAISE):
        return _never
    if any(field.data_key for field in schema.load_fields.values()):
        return _never
    looks = {name: _field(field) for name, field in schema.load_fields.items()}
    required = frozenset(name for name, field in schema.load_fields.items() if field.required)
    others = no_floats if schema.unknown == INCLUDE else _never

    def fits(value: Any) -> bool:
        if type(value) is not dict or not required <= value.keys():
            return False
        for name, inner in value.items():
            look = looks.get(name)
            if not (look(inner) if look else type(name) is str and others(inner)):
                return False
        return True

    return fits


def no_floats(value: Any) -> bool:
    """Whether it is JSON and surely holds none."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return True
    if kind is dict:
        return all(type(name) is str and no_floats(inner) for name, inner in value.items())
    return kind is list and all(map(no_floats, value))


def _never(value: Any) -> bool:
    return False


def _field(field: fields.Field[Any]) -> Fits:
    if field.pre_load or field.post_load:
        return _never
    look, validators, none = _kind(field), tuple(field.validators), field.allow_none

    def fits(value: Any) -> bool:
        if value is None:
            return none
        return look(value) and (not validators or _passes(validators, value))

    return fits


def _passes(validators: tuple[Callable[[Any], Any], ...], value: Any) -> bool:
    try:
        for validator in validators:
            validator(value)
    except ValidationError:
        return False
    return True


def _kind(field: fields.Field[Any]) -> Fits:
    """By the field's very class: one derived from it may do anything."""
    kind = type(field)
    if kind in _SIMPLE:
        return _of_type(_SIMPLE[kind])
    if kind is fields.Raw:
        return no_floats
    if isinstance(field, fields.Nested) and kind is fields.Nested and field.unknown is None:
        return surely_fits(field.schema)
    if isinstance(field, fields.List) and kind is fields.List:
        inner = _field(field.inner)
        return lambda value: type(value) is list and all(map(inner, value))
    if isinstance(field, fields.Dict) and kind is fields.Dict and not field.value_field:
        return _mapping(field)
    return _never


def _of_type(wanted: type) -> Fits:
    return lambda value: type(value) is wanted


def _mapping(field: fields.Dict) -> Fits:
    keys = field.key_field
    plain = keys is None or (type(keys) is fields.String and not keys.validators)
    return (lambda value: type(value) is dict and no_floats(value)) if plain else _never
