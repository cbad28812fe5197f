"""Too many sign-ins and progress queries from one address, and only those."""

from __future__ import annotations

from collections.abc import Callable

from gateway_kit import House, problem_of

from shared.problems import Problem
from shared.web.rate_limit import RateLimit

SIGN_IN = {"json": {"login": "a", "password": "b"}}


def test_guessing_passwords_is_stopped(make_house: Callable[..., House]) -> None:
    house = make_house(sign_in_rate=3)
    for _ in range(3):
        assert house.post("/api/v1/sessions", **SIGN_IN).status_code == 200
    response = house.post("/api/v1/sessions", **SIGN_IN)
    problem_of(response, 429, "rate_limited")
    assert int(response.headers["Retry-After"]) >= 1
    assert house.get("/api/v1/items").status_code == 200


def test_guessing_query_codes_is_stopped(make_house: Callable[..., House]) -> None:
    house = make_house(public_query_rate=1)
    path = "/api/v1/progress?case_no=1&query_code=2"
    assert house.get(path).status_code == 200
    problem_of(house.get(path), 429, "rate_limited")


def test_a_forwarded_address_is_believed_from_our_proxies_only(make_house: Callable[..., House]) -> None:
    trusting = make_house(sign_in_rate=1, trusted_proxies=1)
    for last in range(3):
        headers = {"X-Forwarded-For": f"6.6.6.6, 10.0.0.{last}"}
        assert trusting.post("/api/v1/sessions", headers=headers, **SIGN_IN).status_code == 200
    wary = make_house(sign_in_rate=1)
    wary.post("/api/v1/sessions", headers={"X-Forwarded-For": "1.1.1.1"}, **SIGN_IN)
    response = wary.post("/api/v1/sessions", headers={"X-Forwarded-For": "2.2.2.2"}, **SIGN_IN)
    problem_of(response, 429, "rate_limited")


def test_a_bucket_fills_again_with_time() -> None:
    seconds = [0.0]
    limit = RateLimit(60, monotonic=lambda: seconds[0])
    allowed = 0
    for tenth in range(600):
        seconds[0] = tenth / 10
        try:
            limit.take("somebody")
        except Problem as problem:
            assert problem.status == 429
        else:
            allowed += 1
    assert 118 <= allowed <= 121
