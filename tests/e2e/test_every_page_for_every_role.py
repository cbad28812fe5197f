"""No page fails, whoever opens it and however a case stands; each is a page with its landmarks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from shared.simulation.city import City
from tests.e2e.browser import DESKTOP, PHONE, Visitor, chromium
from tests.e2e.shelf import Shelf

ROLES = (
    "citizen", "enterprise_agent", "clerk", "examiner", "approver", "department_head", "hotline_agent",
    "proxy_agent", "catalogue_editor", "supervisor", "operator", "security_admin", "audit_admin",
)  # fmt: skip
OPEN = (
    "/", "/items", "/items?q=许可", "/items?theme=住房&audience=enterprise&form=online&sort=updated",
    "/items?q=没有这样的事项", "/items/{code}", "/progress", "/progress?case_no=1&query_code=2", "/sign-in",
    "/register", "/nothing-here", "/items/no-such-item", "/items/no-such-item/apply", "/?lang=en",
)  # fmt: skip
INSIDE = (
    "/my/cases", "/my/cases?status=accepted", "/my/messages", "/items/{code}/apply", "/office",
    "/office?status=submitted&clock=normal&assignee=none&q=食品", "/office/cards",
    "/office/cards?level=red&state=issued", "/office/operations", "/office/operations/rebuilds",
    "/office/operations/replays", "/my/cases/1", "/office/cases/1",
    "/sign-out", "/office/cases/1/accept", "/my/cases/1/rate",
)  # fmt: skip
WRONG = (
    "/items?sort=nonsense", "/items?after=nonsense", "/office?status=nonsense", "/office?after=nonsense",
    "/office/cards?level=nonsense", "/my/messages?after=nonsense", "/items?q=%00", "/items/%00",
    "/my/cases?status=nonsense", "/progress?case_no=%00&query_code=1",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def shelf(city: City) -> Shelf:
    return Shelf(city)


def signed_in(browser: Browser, city: City, role: str, department: str | None = None) -> Visitor:
    account = city.person(role, department).account
    visitor = Visitor(browser, city.url, DESKTOP)
    visitor.sign_in(account.login, account.password)
    return visitor


def pages_of(shelf: Shelf) -> list[str]:
    cases = [
        f"{place}/{number}{more}"
        for number in shelf.cases.values()
        for place, more in (("/my/cases", ""), ("/my/cases", "/submitted"), ("/office/cases", ""))
    ]
    return [path.replace("{code}", shelf.code) for path in (*OPEN, *INSIDE, *WRONG)] + cases


def failures(visitor: Visitor, paths: list[str]) -> list[tuple[str, Any]]:
    """Paths with a server's error, or an answer that isn't a page with a heading and a main part."""
    found: list[tuple[str, Any]] = []
    for path in paths:
        answer = visitor.context.request.get(visitor.url + path)
        body = answer.text()
        if answer.status >= 500:
            found.append((path, answer.status))
        elif (
            body.count("<h1") != 1
            or 'id="main"' not in body
            or not re.search(r'<html lang="(zh-CN|en)">', body)
        ):
            found.append((path, "no page"))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_page_fails_for(role: str, browser: Browser, city: City, shelf: Shelf) -> None:
    visitor = signed_in(browser, city, role, shelf.department if role in ROLES[2:6] else None)
    assert failures(visitor, pages_of(shelf)) == []
    visitor.close()


def test_no_page_fails_for_a_stranger(browser: Browser, city: City, shelf: Shelf) -> None:
    visitor = Visitor(browser, city.url, DESKTOP)
    assert failures(visitor, pages_of(shelf)) == []
    visitor.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_case_pages_fit_a_phone_and_show_words_not_codes(
    language: str, browser: Browser, city: City, shelf: Shelf
) -> None:
    """Who looks: the citizen at their own case, the head of the department who may do most."""
    for role, place in (("citizen", "/my/cases"), ("department_head", "/office/cases")):
        visitor = signed_in(browser, city, role, shelf.department if role != "citizen" else None)
        visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for status, number in shelf.cases.items():
            visitor.open(f"{place}/{number}?lang={language}")
            visitor.open_everything()
            assert visitor.fits(), (role, status)
            shown = visitor.page.inner_text("main")
            assert not re.search(r"\b[a-z]+_[a-z_]+\b", shown), (role, status, shown)
            assert not visitor.unlabelled(), (role, status)
            visitor.picture(f"phone-{role}-{status}-{language}")
        visitor.close()
