"""Query parameters: known ones, once each; paths: exact ones."""

from __future__ import annotations

import pytest
from gateway_kit import House, problem_of


def test_an_unknown_parameter_is_named(house: House) -> None:
    document = problem_of(house.get("/api/v1/cases?statsu=accepted", "clerk"), 422, "invalid_fields")
    assert document["errors"] == [
        {"field": "statsu", "code": "unknown_field", "message": "this is not a parameter of this path"}
    ]
    assert house.remote.asked == []


def test_a_parameter_given_twice_is_refused(house: House) -> None:
    document = problem_of(house.get("/api/v1/cases?limit=1&limit=2", "clerk"), 422, "invalid_fields")
    assert document["errors"][0]["code"] == "duplicate"


def test_a_path_value_cannot_be_overridden_by_the_query(house: House) -> None:
    problem_of(house.get("/api/v1/cases/1?no=2", "citizen"), 422, "invalid_fields")


def test_every_wrong_parameter_is_named_at_once(house: House) -> None:
    document = problem_of(house.get("/api/v1/items?a=1&b=2"), 422, "invalid_fields")
    assert [error["field"] for error in document["errors"]] == ["a", "b"]


def test_known_parameters_reach_the_service_as_they_are(house: House) -> None:
    house.get("/api/v1/cases?status=accepted&clock=red&limit=10&q=%E9%A3%9F%E5%93%81", "clerk")
    assert house.remote.last.params == {"status": "accepted", "clock": "red", "limit": "10", "q": "食品"}


def test_an_empty_parameter_counts_as_none(house: House) -> None:
    house.get("/api/v1/cases?status=&limit=10", "clerk")
    assert house.remote.last.params == {"limit": "10"}


def test_what_cannot_be_stored_is_not_looked_for(house: House) -> None:
    problem_of(house.get("/api/v1/items?q=%00"), 422, "invalid_fields")


def test_local_answers_refuse_unknown_parameters_too(house: House) -> None:
    problem_of(house.get("/api/v1/operations/status?x=1", "operator"), 422, "invalid_fields")
    problem_of(house.get("/livez?x=1"), 422, "invalid_fields")


@pytest.mark.parametrize("path", ["/api", "/api/v1", "/api/v2/cases", "/api/v1/cases/", "/api/v1//cases"])
def test_other_paths_are_not_found_and_never_redirected(house: House, path: str) -> None:
    problem_of(house.get(path, "clerk"), 404, "not_found")


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/oauth2/authorize"])
def test_what_is_not_built_is_not_promised(house: House, path: str) -> None:
    problem_of(house.get(path), 404, "not_found")


def test_a_path_that_is_no_utf8_is_malformed(house: House) -> None:
    problem_of(house.get("/api/v1/items/%ff"), 400, "invalid_utf8")


def test_another_method_is_told_which_there_are(house: House) -> None:
    response = house.client.put("/api/v1/cases")
    problem_of(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_options_tells_the_methods(house: House) -> None:
    response = house.client.options("/api/v1/cases/1/accept")
    assert (response.status_code, response.headers["Allow"]) == (204, "OPTIONS, POST")
    assert "Access-Control-Allow-Origin" not in response.headers


def test_head_is_get_without_a_body(house: House) -> None:
    response = house.client.head("/livez")
    assert (response.status_code, response.data) == (200, b"")
