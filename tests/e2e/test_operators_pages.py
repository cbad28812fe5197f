"""An operator rebuilds a read model and sends history again, in the browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from shared.simulation.city import City
from shared.testing.waiting import await_that
from tests.e2e.browser import DESKTOP, Visitor, chromium
from tests.e2e.shelf import Shelf


@pytest.fixture(scope="module")
def operator(city: City) -> Iterator[Visitor]:
    with chromium() as running:
        yield from signed_in(running, city)


def signed_in(browser: Browser, city: City) -> Iterator[Visitor]:
    visitor = Visitor(browser, city.url, DESKTOP)
    account = city.person("operator").account
    visitor.sign_in(account.login, account.password)
    yield visitor
    visitor.close()
    assert visitor.complaints == []


def test_a_read_model_is_rebuilt(city: City, operator: Visitor) -> None:
    page = operator.page
    operator.open("/office/operations")
    page.click("text=重建读模型")
    page.select_option("#f-read_model", "catalogue/bundles")
    page.click("button:has-text('申请重建')")
    expect(page.locator("main section h3").first).to_contain_text("bundles")
    [run, *_] = city.operator.get("/operations/rebuilds", service="catalogue")["items"]
    path = f"/operations/rebuilds/{run['id']}"
    await_that(lambda: city.operator.get(path)["state"] == "done", "the rebuild")
    operator.open("/office/operations/rebuilds")
    expect(page.locator("main section").first).to_contain_text("内容相同")
    assert operator.unlabelled() == []
    assert operator.fits()
    operator.picture("desktop-rebuilds")


def test_history_is_counted_and_sent_again(city: City, operator: Visitor) -> None:
    number = Shelf(city, "accepted").cases["accepted"]
    body = {"name": "page-check", "delivery": {"kind": "pull"}, "start": "beginning"}
    made = city.operator.post("/subscriptions", body)
    await_that(
        lambda: len(city.operator.get("/events", case=number, types="case")["items"]) == 2, "the ledger"
    )
    await_that(lambda: city.operator.get("/subscriptions", name="page-check")["items"], "the subscription")
    page = operator.page
    operator.open(f"/office/operations/replays/{made['id']}")
    page.fill("#f-case", number)
    page.click("button:has-text('先计数')")
    expect(page.locator("main")).to_contain_text("case.accepted")
    assert operator.unlabelled() == []
    assert operator.fits()
    operator.picture("desktop-replay")
    page.click("button:has-text('发送')")
    expect(page.locator("main h2")).to_have_count(0)
    first = city.operator.get("/events", subscription=made["id"], after=head(city, made["id"]))
    assert {(event["subject"], event["replayed"]) for event in first["items"]} == {(number, True)}


def head(city: City, subscription: str) -> str:
    """Where a reader stands who has read everything before the replay."""
    after = ""
    while (page := city.operator.get("/events", after=after, limit=200))["more"]:
        after = page["next"]
    return str(page["next"])
