"""What pages promise to those who use them on a shared computer, or follow a link from somewhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from shared.simulation.city import City
from tests.e2e.browser import DESKTOP, Visitor, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def visitor(browser: Browser, city: City) -> Iterator[Visitor]:
    opened = Visitor(browser, city.url, DESKTOP)
    yield opened
    opened.close()


def test_nothing_but_our_own_may_run_or_frame_a_page(visitor: Visitor) -> None:
    answer = visitor.context.request.get(visitor.url + "/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["x-frame-options"] == "DENY"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(visitor: Visitor, city: City) -> None:
    account = city.person("citizen").account
    visitor.sign_in(account.login, account.password)
    cookies = visitor.context.cookies()
    assert {cookie["name"] for cookie in cookies} >= {"yw_access", "yw_refresh", "yw_guard"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)


def test_what_somebody_saw_is_not_kept_for_the_next_one(visitor: Visitor, city: City) -> None:
    account = city.person("citizen").account
    visitor.sign_in(account.login, account.password)
    answer = visitor.context.request.get(visitor.url + "/my/cases")
    assert answer.headers["cache-control"] == "no-store"
    visitor.open("/")
    visitor.page.click("text=退出")
    assert {cookie["name"] for cookie in visitor.context.cookies()} & {"yw_access", "yw_refresh"} == set()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:1"],
)
def test_signing_in_leads_to_no_other_site(visitor: Visitor, city: City, target: str) -> None:
    account = city.person("citizen").account
    guard = _guard(visitor)
    form = {"_guard": guard, "login": account.login, "password": account.password, "next": target}
    answer = visitor.context.request.post(visitor.url + "/sign-in", form=form, max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (303, "/my/cases")


def test_a_wrong_password_and_an_unknown_name_look_the_same(visitor: Visitor, city: City) -> None:
    account = city.person("hotline_agent").account
    guard = _guard(visitor)
    seen = []
    for login in (account.login, "nobody-of-this-name"):
        form = {"_guard": guard, "login": login, "password": "Wrong-Password-1"}
        answer = visitor.context.request.post(visitor.url + "/sign-in", form=form)
        seen.append((answer.status, answer.text().replace(login, "?")))
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "path", ["/sign-in", "/register", "/sign-out", "/my/cases/1/withdraw", "/office/cases/1/accept",
             "/office/cards/1/urge", "/office/operations/cases/parked/skip", "/my/messages/1/read",
             "/office/operations/rebuilds/ask", "/office/operations/replays/1/send"],
)  # fmt: skip
def test_every_form_needs_its_guard(visitor: Visitor, city: City, path: str) -> None:
    account = city.person("department_head").account
    visitor.sign_in(account.login, account.password)
    answer = visitor.context.request.post(visitor.url + path, form={"_guard": "guessed", "reason": "x"})
    assert answer.status == 403


def _guard(visitor: Visitor) -> str:
    visitor.open("/sign-in")
    return str(visitor.page.locator("main input[name=_guard]").first.input_value())
