"""Headers, languages, and what stays inside: traces, names, query codes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gateway_kit import KEY, House, problem_of, unavailable
from structlog.testing import capture_logs

from shared.problems import FieldError, invalid
from shared.service.call import Answer


@pytest.mark.parametrize("path", ["/livez", "/api/v1/items", "/api/v1/nothing", "/docs"])
def test_every_answer_carries_the_security_headers(house: House, path: str) -> None:
    headers = house.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_behind_tls_browsers_are_told_to_stay_there(make_house: Callable[..., House]) -> None:
    house = make_house(public_url="https://hall.example.gov.cn")
    assert "max-age" in house.get("/livez").headers["Strict-Transport-Security"]


def test_answers_about_people_are_not_kept_by_caches(house: House) -> None:
    assert house.get("/api/v1/me", "citizen").headers["Cache-Control"] == "no-store"


def test_the_callers_request_id_is_echoed_and_handed_on(house: House) -> None:
    response = house.get("/api/v1/me", "citizen", headers={"X-Request-Id": "trace-42"})
    assert response.headers["X-Request-Id"] == "trace-42"
    assert house.remote.last.correlation_id == "trace-42"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
def test_a_request_id_that_could_forge_a_log_line_is_replaced(house: House, given: str) -> None:
    answered = house.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"]
    assert answered != given
    assert len(answered) == 32


def test_problems_speak_chinese_unless_asked_for_english(house: House) -> None:
    chinese = house.get("/api/v1/nothing")
    assert chinese.headers["Content-Language"] == "zh-CN"
    assert problem_of(chinese, 404, "not_found")["title"] == "未找到"
    english = house.get("/api/v1/nothing", headers={"Accept-Language": "en-GB, zh;q=0.5"})
    assert problem_of(english, 404, "not_found")["title"] == "Not Found"


def test_the_language_goes_on_to_the_service(house: House) -> None:
    house.get("/api/v1/items", headers={"Accept-Language": "en"})
    assert house.remote.last.language == "en"


def test_a_services_problem_comes_through_whole(house: House) -> None:
    problem = invalid([FieldError("applicant.id_no", "check_digit", "wrong")])
    problem.extra["basis"] = "GB 11643-1999"
    house.remote.answers["submit"] = problem
    document = problem_of(house.post("/api/v1/cases", "citizen", json={}, headers=KEY), 422, "invalid_fields")
    assert document["errors"] == [{"field": "applicant.id_no", "code": "check_digit", "message": "wrong"}]
    assert document["basis"] == "GB 11643-1999"


def test_a_service_that_cannot_be_asked_is_a_503(house: House) -> None:
    house.remote.answers["me"] = unavailable("identity")
    response = house.get("/api/v1/me", "citizen")
    problem_of(response, 503, "service_unavailable")
    assert int(response.headers["Retry-After"]) >= 1, "and says when to come again"


def test_our_own_mistake_shows_no_trace(house: House) -> None:
    house.remote.answers["me"] = RuntimeError("secret inside")
    response = house.get("/api/v1/me", "citizen")
    document = problem_of(response, 500, "internal_error")
    assert "secret" not in response.text
    assert "Traceback" not in response.text
    assert document["request_id"] == response.headers["X-Request-Id"]


def test_an_answer_that_is_no_json_is_our_mistake(house: House) -> None:
    house.remote.answers["me"] = Answer({"x": float("nan")})
    problem_of(house.get("/api/v1/me", "citizen"), 500, "internal_error")


def test_the_log_names_the_route_and_nobody(house: House) -> None:
    with capture_logs() as lines:
        house.get("/api/v1/progress?case_no=510100-20261123-0001&query_code=SECRET1")
        house.get("/api/v1/cases/510100-20261123-0001", "citizen")
    assert [line["route"] for line in lines] == ["/api/v1/progress", "/api/v1/cases/{no}"]
    assert "SECRET1" not in str(lines)
    assert "510100-20261123-0001" not in str(lines)
    assert "ann" not in str(lines).replace("channel", "")
