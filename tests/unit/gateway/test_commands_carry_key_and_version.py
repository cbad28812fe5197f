"""Idempotency-Key and If-Match: what a command must say, and what it gets back."""

from __future__ import annotations

import pytest
from gateway_kit import KEY, House, problem_of

from services.gateway.routes.cases import IF_MATCH_REQUIRED
from services.gateway.routes.route import Condition
from services.gateway.table import ROUTES
from shared.contracts.cases import ACTIONS
from shared.problems import stale_version
from shared.service.call import Answer


def test_every_post_but_sessions_needs_a_key() -> None:
    without = {route.path for route in ROUTES if route.method == "POST" and not route.key}
    assert without == {
        "/api/v1/sessions",
        "/api/v1/sessions/refresh",
        "/api/v1/sessions/current/enterprise",
    }


def test_a_post_without_a_key_is_told(house: House) -> None:
    problem_of(house.post("/api/v1/cases", "citizen", json={}), 400, "idempotency_key_required")
    assert house.remote.asked == []


@pytest.mark.parametrize("key", ["k" * 201, "schlüssel", "a\tb"])
def test_a_key_must_be_short_and_printable(house: House, key: str) -> None:
    headers = {"Idempotency-Key": key}
    response = house.post("/api/v1/cases", "citizen", json={}, headers=headers)
    problem_of(response, 400, "malformed_idempotency_key")


def test_the_key_reaches_the_service(house: House) -> None:
    house.post("/api/v1/cases", "citizen", json={"item_code": "x"}, headers=KEY)
    assert (house.remote.last.key, house.remote.last.body) == ("key-1", {"item_code": "x"})


@pytest.mark.parametrize("header", ['"7"', 'W/"7"', ' "7" '])
def test_a_version_is_read_from_a_strong_or_weak_tag(house: House, header: str) -> None:
    house.post("/api/v1/cases/1/claim", "clerk", headers=KEY | {"If-Match": header})
    assert house.remote.last.if_match == 7


@pytest.mark.parametrize("header", ["7", '"seven"', '"7", "8"', '"-1"', "", '"' + "9" * 30 + '"'])
def test_a_version_that_cannot_be_read_is_not_ignored(house: House, header: str) -> None:
    response = house.post("/api/v1/cases/1/claim", "clerk", headers=KEY | {"If-Match": header})
    problem_of(response, 400, "malformed_if_match")


def test_a_star_means_any_version(house: House) -> None:
    house.post("/api/v1/cases/1/claim", "clerk", headers=KEY | {"If-Match": "*"})
    assert house.remote.last.if_match is None


@pytest.mark.parametrize("action", sorted(IF_MATCH_REQUIRED))
@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
def test_what_overwrites_must_name_its_version(house: House, action: str, headers: dict[str, str]) -> None:
    response = house.post(f"/api/v1/cases/1/{action}", "approver", json={}, headers=KEY | headers)
    problem_of(response, 428, "if_match_required")


def test_other_actions_may_leave_the_version_out() -> None:
    actions = [route for route in ROUTES if route.operation == "act"]
    optional = {route.fixed["action"] for route in actions if route.condition is Condition.OPTIONAL}
    assert optional == set(ACTIONS) - IF_MATCH_REQUIRED


def test_a_stale_version_is_told_with_the_current_one(house: House) -> None:
    house.remote.answers["act"] = stale_version(3, 5)
    response = house.post("/api/v1/cases/1/claim", "clerk", headers=KEY | {"If-Match": '"3"'})
    assert problem_of(response, 412, "stale_version")["version"] == 5


def test_a_command_answers_with_version_token_and_tag(house: House) -> None:
    house.remote.answers["submit"] = Answer({"case_no": "51/0001", "query_code": "x"}, 201, 1, "cases:77")
    response = house.post("/api/v1/cases", "citizen", json={}, headers=KEY)
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Location"] == "/api/v1/cases/51%2F0001"
    assert response.get_json() == {"case_no": "51/0001", "query_code": "x", "version": 1, "token": "cases:77"}


def test_a_read_may_wait_for_a_token(house: House) -> None:
    house.get("/api/v1/cases/1?after_token=cases:77", "citizen")
    assert house.remote.last.after_token == "cases:77"
    assert house.remote.last.params == {"no": "1"}


def test_each_action_has_a_path_of_its_own(house: House) -> None:
    for action in ACTIONS:
        headers = KEY | {"If-Match": '"1"'}
        house.post(f"/api/v1/cases/44A/{action}", "citizen", "department_head", json={}, headers=headers)
        assert house.remote.last.operation == "act"
        assert house.remote.last.params == {"no": "44A", "action": action}


def test_an_unknown_action_is_no_path(house: House) -> None:
    problem_of(house.post("/api/v1/cases/1/explode", "clerk", json={}, headers=KEY), 404, "not_found")
