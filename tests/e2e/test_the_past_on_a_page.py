"""The case page at a past moment, and the command line: what was on record then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from click.testing import CliRunner
from playwright.sync_api import expect

from shared.cli.app import root
from shared.cli.throwaway import ThrowAway
from shared.clock import LEGAL_ZONE
from shared.simulation.city import City
from tests.e2e.browser import PHONE, Visitor, chromium
from tests.e2e.shelf import Shelf


@pytest.fixture
def clerk(city: City) -> Iterator[Visitor]:
    with chromium() as browser:
        visitor = Visitor(browser, city.url, PHONE)
        yield visitor
        visitor.close()
    assert visitor.complaints == []


def test_an_accepted_case_is_shown_as_it_was_before(city: City, platform: ThrowAway, clerk: Visitor) -> None:
    shelf = Shelf(city, "submitted")
    number = shelf.cases["submitted"]
    then = city.now()
    city.operator.post("/operations/clock", {"now": (then + timedelta(minutes=5)).isoformat()})
    shelf.accept(number)
    account = shelf.officer("clerk").account
    clerk.sign_in(account.login, account.password)
    clerk.open(f"/office/cases/{number}")
    page = clerk.page
    expect(page.locator("h1 .badge")).to_have_text("已受理")
    page.fill("#f-as_of", (then + timedelta(minutes=1)).astimezone(LEGAL_ZONE).strftime("%Y-%m-%dT%H:%M"))
    page.click("button:has-text('查看')")
    expect(page.locator("h1 .badge")).to_have_text("已提交")
    expect(page.locator("[role=status]")).to_contain_text("时的记录")
    assert page.locator(".history li").count() == 1
    assert clerk.unlabelled() == []
    assert clerk.fits()
    clerk.picture("phone-case-in-the-past")
    page.click("text=回到现在")
    expect(page.locator("h1 .badge")).to_have_text("已受理")
    moment = (then + timedelta(minutes=1)).isoformat()
    listed = city.operator.get("/cases", as_of=moment, q=number)["items"]
    assert [(row["case_no"], row["status"]) for row in listed] == [(number, "submitted")]
    told = ["events", number, "--as-of", moment, "--json", "--data", str(platform.data)]
    events = json.loads(CliRunner().invoke(root, told).output)
    assert [event["type"] for event in events] == ["case.submitted"]
