"""Every published type with its schema and its owner."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from marshmallow import Schema

import shared.contracts

OWNERS = {
    "account": "identity",
    "enterprise": "identity",
    "organisation": "identity",
    "region": "identity",
    "staff": "identity",
    "item": "catalogue",
    "bundle": "catalogue",
    "case": "cases",
    "subject": "cases",
    "message": "notify",
    "subscription": "notify",
    "card": "supervision",
}
"""Category to the service that owns it. Said here, so that the front door need not load the services to
describe their events; a test holds it to what they say themselves."""

FOR_DEPARTMENTS = ("case", "card")
"""Categories that departments may subscribe to."""


def published() -> dict[str, type[Schema]]:
    """Event type to the schema of its published `data`, in alphabetical order."""
    found: dict[str, type[Schema]] = {}
    for module in iter_modules(shared.contracts.__path__):
        if module.name.endswith("_events"):
            found |= import_module(f"shared.contracts.{module.name}").PUBLISHED
    return dict(sorted(found.items()))


def category_of(event_type: str) -> str:
    return event_type.partition(".")[0]


def owner_of(event_type: str) -> str:
    """Raises KeyError for a category that nobody owns."""
    return OWNERS[category_of(event_type)]
