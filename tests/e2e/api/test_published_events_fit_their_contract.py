"""Everything on the feeds of a running platform fits the document that it serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from jsonschema import Draft202012Validator

from shared.registry.contracts import OWNERS
from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.shelf import Shelf


@pytest.fixture(scope="module")
def told(city: City) -> dict[str, Any]:
    Shelf(city, "delivered", "suspended")
    found: dict[str, Any] = requests.get(f"{city.url}/asyncapi.json", timeout=20).json()
    return found


def feed(city: City, service: str, category: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page: Any = city.operator.get(
            "/operations/feed", service=service, category=category, after=after, limit=500
        )
        yield from page["events"]
        after = page["cursor"]
        if page["head_at"]:
            return


def validator(told: dict[str, Any], type: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/messages/{type}/payload", "components": told["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_every_event_of_every_category_is_as_described(city: City, told: dict[str, Any]) -> None:
    seen = set()
    for category, service in OWNERS.items():
        for event in feed(city, service, category):
            seen.add(event["type"])
            wrong = [error.message for error in validator(told, event["type"]).iter_errors(event)]
            assert wrong == [], event["type"]
    assert {"case.submitted", "case.delivered", "case.special_procedure_started", "item.published"} <= seen


def test_what_a_department_pulls_is_too(city: City, told: dict[str, Any]) -> None:
    await_that(lambda: bool(city.operator.get("/events", types="case.delivered", limit=1)["items"]))
    page = city.operator.get("/events", limit=200)
    for event in page["items"]:
        assert list(validator(told, event["type"]).iter_errors(event)) == [], event["type"]
