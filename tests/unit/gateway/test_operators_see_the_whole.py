"""Status, parked cases, feeds and the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from gateway_kit import KEY, SERVICES, House, problem_of, unavailable

from shared.clock import SystemClock
from shared.problems import Problem
from shared.service.call import Answer

BASE = "/api/v1/operations"
STREAM = "6a1f3c1e-0d5b-4f0e-8a56-3f1f9f7d2f10"


def test_status_answers_also_while_a_service_is_down(house: House) -> None:
    house.remote.answers["status"] = Answer({"head": "e-1-0"})
    house.remote.answers["notify.status"] = unavailable("notify")
    body = house.get(f"{BASE}/status", "operator").get_json()
    assert set(body["services"]) == set(SERVICES)
    assert body["services"]["cases"] == {"head": "e-1-0"}
    assert body["services"]["notify"]["problem"]["code"] == "service_unavailable"
    assert body["simulated"] is True


def test_parked_cases_of_all_services_come_with_their_service(house: House) -> None:
    house.remote.answers["parked_list"] = Answer({"items": [], "next": None})
    house.remote.answers["supervision.parked_list"] = Answer({"items": [{"stream": STREAM}], "next": None})
    house.remote.answers["notify.parked_list"] = unavailable("notify")
    body = house.get(f"{BASE}/parked", "operator").get_json()
    assert body["items"] == [{"service": "supervision", "stream": STREAM}]
    assert body["unreachable"] == [{"service": "notify", "code": "service_unavailable"}]


def test_parked_cases_of_one_service_are_paged(house: House) -> None:
    house.remote.answers["parked_list"] = Answer({"items": [{"stream": STREAM}], "next": "c"})
    body = house.get(f"{BASE}/parked?service=cases&limit=1&after=b", "operator").get_json()
    assert body["next"] == "c"
    assert house.remote.last.params == {"limit": 1, "after": "b"}


@pytest.mark.parametrize(
    ("act", "body"), [("retry", None), ("skip", {"reason": "a duplicate", "version": 2})]
)
def test_an_operator_repairs_a_parked_case(house: House, act: str, body: dict[str, object] | None) -> None:
    path = f"{BASE}/parked/supervision/clocks/{STREAM}/{act}"
    assert house.post(path, "operator", headers=KEY, json=body).status_code == 200
    assert house.remote.last.body == (body or {})
    asked = house.remote.last
    assert (asked.service, asked.operation, asked.key) == ("supervision", f"parked_{act}", "key-1")
    assert asked.params == {"subscriber": "clocks", "stream": STREAM}
    problem_of(house.post(path, "audit_admin", headers=KEY), 403, "forbidden")


def test_an_operator_lets_a_stopped_subscriber_go_on(house: House) -> None:
    path = f"{BASE}/subscribers/supervision/case_clock/resume"
    house.remote.answers["resume_subscriber"] = Answer({"resumed": ["cases"]})
    assert house.post(path, "operator", headers=KEY).get_json() == {"resumed": ["cases"]}
    asked = house.remote.last
    assert (asked.service, asked.params) == ("supervision", {"subscriber": "case_clock"})
    problem_of(house.post(path, "audit_admin", headers=KEY), 403, "forbidden")


def test_a_service_that_does_not_exist_is_a_wrong_field(house: House) -> None:
    document = problem_of(house.get(f"{BASE}/parked?service=x", "operator"), 422, "invalid_fields")
    assert document["errors"][0]["field"] == "service"


def test_a_feed_is_read_in_the_gateways_name(house: House) -> None:
    house.remote.answers["feed"] = Answer({"events": [], "cursor": "e-1-0", "head_at": None})
    response = house.get(f"{BASE}/feed?service=cases&category=case&limit=5", "operator")
    assert response.get_json()["cursor"] == "e-1-0"
    assert house.remote.last.actor is None
    assert house.remote.last.params == {"category": "case", "after": "", "limit": 5}
    problem_of(house.get(f"{BASE}/feed?service=cases&category=case", "citizen"), 403, "forbidden")
    problem_of(house.get(f"{BASE}/feed?service=cases", "operator"), 422, "invalid_fields")


def test_a_simulated_clock_goes_forward_only(house: House) -> None:
    later = {"now": "2026-12-01T09:00:00+08:00"}
    response = house.post(f"{BASE}/clock", "operator", json=later, headers=KEY)
    assert response.get_json() == {"now": "2026-12-01T01:00:00+00:00", "simulated": True}
    assert house.clock.now() == datetime(2026, 12, 1, 1, tzinfo=UTC)
    earlier = {"now": "2026-11-01T09:00:00+08:00"}
    # The token outlived its quarter of an hour, so it takes a new one.
    response = house.post(f"{BASE}/clock", "operator", json=earlier, headers=KEY)
    problem_of(response, 409, "clock_goes_back")


@pytest.mark.parametrize("body", [{}, {"now": "2026-12-01T09:00:00"}, {"now": "soon"}, {"now": 1, "x": 2}])
def test_a_moment_needs_an_offset(house: House, body: dict[str, object]) -> None:
    problem_of(house.post(f"{BASE}/clock", "operator", json=body, headers=KEY), 422, "invalid_fields")


def test_the_real_clock_is_set_by_nobody(make_house: Callable[..., House]) -> None:
    house = make_house(clock=SystemClock())
    response = house.post(f"{BASE}/clock", "operator", json={"now": "2046-12-01T09:00:00+08:00"}, headers=KEY)
    problem_of(response, 409, "not_simulated")
    assert house.get(f"{BASE}/clock", "operator").get_json()["simulated"] is False


def test_a_services_refusal_of_a_parked_list_is_passed_on(house: House) -> None:
    house.remote.answers["parked_list"] = Problem(403, "forbidden", "no")
    problem_of(house.get(f"{BASE}/parked", "operator"), 403, "forbidden")
