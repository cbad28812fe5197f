"""Every event has schemas, somebody who reads it, and nothing in it that events may not hold."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import pytest
from house_plan import OWNERS, schemas
from marshmallow import Schema, fields

import shared.contracts

IGNORED: dict[str, str] = {}
"""Category -> why nobody reads it. Empty: a category without a reader is a fact written for nobody."""


def published() -> dict[str, type[Schema]]:
    found: dict[str, type[Schema]] = {}
    for module in iter_modules(shared.contracts.__path__):
        if module.name.endswith("_events"):
            contract = import_module(f"shared.contracts.{module.name}").PUBLISHED
            assert not found.keys() & contract.keys()
            found |= contract
    return found


PUBLISHED = published()


@pytest.mark.parametrize("service", OWNERS)
def test_what_is_stored_and_what_is_published_have_schemas_of_the_same_types(service: str) -> None:
    stored = {event for event, _version in schemas(service).STORED}
    categories = OWNERS[service].categories
    assert {event.partition(".")[0] for event in stored} == set(categories)
    assert stored == {event for event in PUBLISHED if event.partition(".")[0] in categories}
    assert OWNERS[service].publish is schemas(service).publish


def test_no_published_type_is_nobodys() -> None:
    categories = {category for spec in OWNERS.values() for category in spec.categories}
    assert {event.partition(".")[0] for event in PUBLISHED} == categories


def test_a_category_belongs_to_one_service() -> None:
    owned = [category for spec in OWNERS.values() for category in spec.categories]
    assert len(owned) == len(set(owned))


def test_every_category_is_read_by_somebody() -> None:
    read = {
        (source.service, source.category)
        for spec in OWNERS.values()
        for reader in (*spec.read_models, *spec.subscriptions)
        for source in reader.sources
    }
    owned = {(name, category) for name, spec in OWNERS.items() for category in spec.categories}
    assert {category for _, category in owned - read} == set(IGNORED)
    assert read <= owned, "a reader follows a category that nobody writes"


def test_names_of_readers_are_unique_in_a_service() -> None:
    for spec in OWNERS.values():
        names = [reader.name for reader in (*spec.read_models, *spec.subscriptions)]
        assert len(names) == len(set(names))


def test_events_hold_no_floats() -> None:
    def floats(schema: Schema) -> list[str]:
        found = []
        for name, field in schema.fields.items():
            inner = field.inner if isinstance(field, fields.List) else field
            if isinstance(inner, fields.Float | fields.Decimal):
                found.append(name)
            if isinstance(inner, fields.Nested):
                found += floats(inner.schema)
        return found

    everything = [*PUBLISHED.values(), *(kind for name in OWNERS for kind in schemas(name).STORED.values())]
    assert [(kind.__name__, found) for kind in everything if (found := floats(kind()))] == []
