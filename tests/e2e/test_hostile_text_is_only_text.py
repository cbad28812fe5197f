"""What people write is shown as they wrote it and does nothing; pages bear any form and any question."""

from __future__ import annotations

import html
from typing import Any

import pytest
import requests

from services.gateway.pages.site import PAGES
from shared.cli.throwaway import ThrowAway
from shared.simulation.city import City
from tests.e2e.strictness import Applicant, Store

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'; DROP TABLE events; --",
    "{{ 7*7 }}${7*7}%s%(x)s",
    "\u202e张三\u200b",
    "👩‍👩‍👧‍👦🀄",
    "../../etc/passwd",
    "é" + "\u0301" * 60,
)  # fmt: skip
NASTY = (
    "x",
    "-1",
    "--1",
    "²",
    "9" * 30,
    "2026-13-45",
    "\u202e😀",
    "y" * 3000,
    "'",
    "\0",
    "é",
    "%00",
    "[]",
    "{",
)


@pytest.fixture(scope="module")
def applicant(city: City) -> Applicant:
    return Applicant(city)


def page(city: City, path: str, token: str | None, **options: Any) -> requests.Response:
    cookies = {"yw_guard": "g", "yw_lang": "zh-CN"} | ({"yw_access": token} if token else {})
    method = "POST" if "data" in options else "GET"
    return requests.request(
        method, city.url + path, cookies=cookies, timeout=30, allow_redirects=False, **options
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_it_is_kept_as_written_and_shown_as_text(
    city: City, applicant: Applicant, platform: ThrowAway, text: str
) -> None:
    token = applicant.sign_in()
    body = applicant.application(form={text: text})
    body["applicant"] |= {"name": text, "address": text}
    no = applicant.client.post("/cases", body)["case_no"]
    applicant.client.post(f"/cases/{no}/urge", {"content": text})
    case = applicant.client.get(f"/cases/{no}")
    assert (case["applicant"]["name"], case["form"]) == (text, {text: text})
    clerk = city.person("clerk", applicant.item["department_code"]).token
    for path, who in ((f"/my/cases/{no}", token), (f"/office/cases/{no}", clerk), ("/office", clerk)):
        shown = page(city, path, who)
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text
        assert "<img src=x" not in shown.text
        assert "49" not in html.unescape(shown.text).split("{{", 1)[-1][:12] or "{{" not in text
    assert Store(platform).counts()["events"] > 0


def test_no_question_breaks_a_page(city: City, applicant: Applicant) -> None:
    tokens = [None, applicant.sign_in(), city.person("department_head").token, city.operator.token]
    names = ("q", "status", "clock", "after", "theme", "region", "lang", "next", "case_no", "query_code")
    for rule, _ in PAGES.values():
        path = rule.replace("<", "").replace(">", "")
        for token in tokens:
            for value in NASTY:
                shown = page(city, path, token, params=dict.fromkeys(names, value))
                assert shown.status_code < 500, (path, value, shown.text[:300])
                assert "Traceback" not in shown.text


def test_no_path_breaks_a_page(city: City, applicant: Applicant) -> None:
    tokens = [applicant.sign_in(), city.person("department_head").token]
    for rule, _ in PAGES.values():
        if "<" not in rule:
            continue
        for value in ("%00", "%F0%9F%98%80", "%ff", "a%2Fb", "%27", "x" * 3000):
            path = "/".join(value if part.startswith("<") else part for part in rule.split("/"))
            for token in tokens:
                assert page(city, path, token).status_code < 500, path


def test_no_form_breaks_a_page(city: City, applicant: Applicant) -> None:
    """On a case that is there, so that each form gets as far as it may."""
    no = applicant.submit()
    head = city.person("department_head", applicant.item["department_code"]).token
    names = ("reason", "materials", "due_at", "outcome", "score", "limit_days", "amount_fen", "to.id",
             "login", "password", "code", "id_no", "name", "phone", "email", "type", "stream",
             "application_form", "situation", "delivery", "_key")  # fmt: skip
    for rule, _ in PAGES.values():
        for action in ("request-supplement", "start-special-procedure", "rate", "pay", "confirm", "retry"):
            filled = {"no": no, "code": applicant.item["code"], "action": action, "service": "cases"}
            parts = [filled.get(part.strip("<>"), "x") if "<" in part else part for part in rule.split("/")]
            path = "/".join(parts)
            for value in NASTY:
                form = dict.fromkeys(names, value) | {"_guard": "g"}
                shown = page(city, path, head, data=form)
                assert shown.status_code < 500, (path, value, shown.text[:300])
            if "<action>" not in rule:
                break
    assert page(city, "/sign-in", None, data={"_guard": "é", "login": "x"}).status_code == 403


def test_no_cookie_breaks_a_page(city: City, applicant: Applicant) -> None:
    token = applicant.sign_in()
    for path in ("/", "/my", "/sign-in"):
        for name in ("yw_access", "yw_refresh", "yw_guard", "yw_lang", "yw_written"):
            for value in (
                "x",
                "cases:1",
                "cases:x",
                "cases:" + "9" * 30,
                "%00",
                "identity:-1",
                "y" * 3000,
                '"',
            ):
                cookies = {"yw_access": token, name: value}
                shown = requests.get(city.url + path, cookies=cookies, timeout=30, allow_redirects=False)
                assert shown.status_code < 500, (path, name, value, shown.text[:300])
