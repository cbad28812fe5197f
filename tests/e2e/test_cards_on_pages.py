"""An overdue case on the pages of those who watch: the department appeals, supervisors urge and decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic, sleep

import pytest
from playwright.sync_api import Browser, Locator, expect

from shared.simulation.city import City
from tests.e2e.browser import DESKTOP, PHONE, Visitor, chromium
from tests.e2e.shelf import Shelf

SECONDS = 60


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def overdue(city: City) -> str:
    """A case that was accepted and then left until both its limits had passed; its cards are issued."""
    number = Shelf(city, "accepted").cases["accepted"]
    city.advance_to(city.now() + timedelta(days=40))
    until = monotonic() + SECONDS
    while monotonic() < until:
        cards = city.person("supervisor").get("/supervision/cards", case_no=number)["items"]
        if {"yellow", "red"} <= {card["level"] for card in cards}:
            return number
        sleep(0.5)
    raise AssertionError(f"no red card within {SECONDS} s: {cards}")


def card(visitor: Visitor, number: str, level: str) -> Locator:
    visitor.open(f"/office/cards?case_no={number}&level={level}")
    return visitor.page.locator(f"li.alert-{level}")


def answer(where: Locator, action: str, reason: str = "") -> None:
    form = where.locator("details.action", has_text=action).first
    form.locator("summary").click()
    if reason:
        form.locator("textarea").fill(reason)
    form.locator("button").click()


def signed_in(browser: Browser, city: City, role: str, department: str | None = None) -> Visitor:
    account = city.person(role, department).account
    visitor = Visitor(browser, city.url, PHONE if department else DESKTOP, script=department is None)
    visitor.sign_in(account.login, account.password)
    return visitor


def test_a_red_card_is_urged_appealed_and_revoked(browser: Browser, city: City) -> None:
    number = overdue(city)
    department = city.operator.get("/cases", q=number)["items"][0]["department_code"]
    supervisor = signed_in(browser, city, "supervisor")
    answer(card(supervisor, number, "red"), "催办", "请尽快办结")
    expect(card(supervisor, number, "red")).to_contain_text("已催办 1 次")
    head = signed_in(browser, city, "department_head", department)
    answer(card(head, number, "red"), "申诉", "系统故障期间无法办理")
    expect(card(head, number, "red")).to_contain_text("系统故障期间无法办理")
    shown = card(supervisor, number, "red")
    expect(shown).to_contain_text("申诉中")
    supervisor.open_everything()
    supervisor.picture("desktop-red-card")
    assert supervisor.fits()
    assert head.fits()
    answer(card(supervisor, number, "red"), "撤销", "故障属实")
    expect(card(supervisor, number, "red")).to_contain_text("已撤销")
    head.close()
    supervisor.close()
