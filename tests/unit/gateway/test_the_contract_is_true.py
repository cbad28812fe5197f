"""The OpenAPI document: valid, complete, and of the same table that answers."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from gateway_kit import House
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.gateway.routes.route import Condition
from services.gateway.table import ROUTES


@pytest.fixture
def document(house: House) -> dict[str, Any]:
    found: dict[str, Any] = house.get("/openapi.json").get_json()
    return found


def test_it_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_route_is_documented_and_every_documented_path_is_routed(
    house: House, document: dict[str, Any]
) -> None:
    documented = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert documented == {(route.method, route.path) for route in ROUTES}
    for method, path in documented:
        filled = re.sub(r"{\w+}", "x", path)
        assert method in house.client.options(filled).headers["Allow"].split(", "), path


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [each["operationId"] for methods in document["paths"].values() for each in methods.values()]
    assert len(ids) == len(set(ids))


def test_nothing_uses_the_nullable_of_3_0(document: dict[str, Any]) -> None:
    assert '"nullable"' not in json.dumps(document)


def test_every_operation_tells_of_problems(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            failures = {status for status in operation["responses"] if status >= "400"}
            assert {"422", "500"} <= failures, path
            assert ("401" in failures) == bool(operation["security"]), path


def test_required_versions_are_told(document: dict[str, Any]) -> None:
    for route in ROUTES:
        operation = document["paths"][route.path][route.method.lower()]
        headers = {
            each["name"]: each["required"] for each in operation["parameters"] if each["in"] == "header"
        }
        assert headers.get("If-Match") is {
            Condition.NONE: None,
            Condition.OPTIONAL: False,
            Condition.REQUIRED: True,
        }.get(route.condition)
        assert headers.get("Idempotency-Key") is (True if route.key else None)


def test_examples_of_bodies_fit_their_schema() -> None:
    for route in ROUTES:
        if route.example is not None and route.body is not None:
            assert route.body().validate(dict(route.example)) == {}, route.path


def test_an_unchanged_document_is_not_sent_again(house: House) -> None:
    tag = house.get("/openapi.json").headers["ETag"]
    assert house.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in {"href", "src"} and value:
                self.targets.append(value)
            if name == "id" and value:
                self.ids.append(value)


def test_the_reference_page_needs_no_script_and_no_other_server(house: House) -> None:
    page = house.get("/docs", headers={"Accept-Language": "en"})
    assert page.mimetype == "text/html"
    links = _Links()
    links.feed(page.text)
    assert "script" not in links.tags
    outside = [each for each in links.targets if not each.startswith(("#", "/"))]
    assert outside == []
    assert {each[1:] for each in links.targets if each.startswith("#")} <= set(links.ids)
    for path in (each for each in links.targets if each.startswith("/")):
        assert house.get(path).status_code == 200
    for route in ROUTES:
        assert route.name in links.ids
