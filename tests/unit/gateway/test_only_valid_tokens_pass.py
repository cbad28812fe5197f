"""Who may come in, and how the others are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from gateway_kit import KEY, House, problem_of

from shared.problems import forbidden
from shared.security.tokens import service_token

PATH = "/api/v1/me"


def test_without_a_token_one_is_asked_to_sign_in(house: House) -> None:
    response = house.get(PATH)
    problem_of(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="yiwang"'
    assert house.remote.asked == []


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic dTpw", "Bearer not.a.token", "Bearer " + "x" * 5000]
)
def test_a_token_that_is_none_is_refused_everywhere(house: House, header: str) -> None:
    for path in (PATH, "/api/v1/items"):
        response = house.get(path, headers={"Authorization": header})
        problem_of(response, 401, "invalid_token")
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_an_expired_token_is_refused_by_the_platforms_clock(house: House) -> None:
    headers = house.bearer("citizen")
    assert house.get(PATH, headers=headers).status_code == 200
    house.clock.advance_to(house.clock.now() + timedelta(minutes=16))
    problem_of(house.get(PATH, headers=headers), 401, "invalid_token")


def test_a_changed_token_is_refused(house: House) -> None:
    head, payload, signature = house.token("citizen").split(".")
    other = house.token("operator").split(".")[1]
    assert payload != other
    headers = {"Authorization": f"Bearer {head}.{other}.{signature}"}
    problem_of(house.get(PATH, headers=headers), 401, "invalid_token")


def test_a_services_token_is_no_way_in(house: House) -> None:
    headers = {"Authorization": f"Bearer {service_token('cases', 's' * 32)}"}
    problem_of(house.get(PATH, headers=headers), 401, "invalid_token")


def test_nobody_signs_themselves_a_service(house: House) -> None:
    problem_of(house.get(PATH, "service", "citizen"), 401, "invalid_token")


def test_the_signed_token_goes_on_to_the_service(house: House) -> None:
    token = house.token("citizen")
    house.get(PATH, headers={"Authorization": f"Bearer {token}"})
    assert house.remote.last.actor is not None
    assert house.remote.last.actor.extra["token"] == token


def test_a_service_that_forbids_the_unknown_means_sign_in(house: House) -> None:
    house.remote.answers["search"] = forbidden("no")
    problem_of(house.get("/api/v1/items"), 401, "unauthenticated")
    problem_of(house.get("/api/v1/items", "citizen"), 403, "forbidden")


def test_signing_in_needs_neither_token_nor_key(house: House) -> None:
    response = house.post("/api/v1/sessions", json={"login": "a", "password": "b"})
    assert response.status_code == 200
    assert house.remote.last.operation == "sign_in"
    assert house.remote.last.key is None


def test_a_wrong_token_is_noticed_before_the_body(house: House) -> None:
    headers = KEY | {"Authorization": "Bearer x"}
    problem_of(house.post("/api/v1/cases", data=b"{", headers=headers), 401, "invalid_token")
