"""An operator rebuilds a read model and sends history again, in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from shared.cli.throwaway import ThrowAway
from shared.database.pool import Database
from shared.readmodel import stopping
from shared.runtime.folder import DataFolder
from shared.runtime.postgres import OwnPostgres
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


def test_one_who_stopped_goes_on_from_where_the_operator_says(
    city: City, operator: Visitor, stopped: Callable[[str], None]
) -> None:
    """Moving a place that nobody has lost is refused in words, as the command refuses it."""
    page = operator.page
    stopped("timeline")
    operator.open("/office/operations")
    choice = page.get_by_label("从哪里继续")
    assert choice.locator("option").all_inner_texts() == [
        "停下之处，或最后的共同位置",
        "从现在起",
        "从头重来",
    ]
    assert operator.unlabelled() == []
    assert operator.fits()
    for start, said in (("head", "其位置没有丢失"), ("beginning", "这是读模型")):
        page.get_by_label("从哪里继续").select_option(start)
        page.click("button:has-text('恢复')")
        expect(page.locator("#trouble")).to_contain_text(said)
        assert standing(city) == ["timeline"]
    page.get_by_label("从哪里继续").select_option("common")
    page.click("button:has-text('恢复')")
    expect(page.get_by_label("从哪里继续")).to_have_count(0)
    assert standing(city) == []


@pytest.fixture
def stopped(platform: ThrowAway) -> Callable[[str], None]:
    """As if a read model of cases had given up."""
    postgres = OwnPostgres(DataFolder(platform.data).postgres)
    postgres.start()  # it runs already: finds it
    dsn = postgres.database("cases")

    def note(subscriber: str) -> None:
        with closing(Database(dsn, size=1)) as db:
            stopping.note(db, subscriber, "cases", "stream after stream failed")

    return note


def standing(city: City) -> list[str]:
    return sorted(city.operator.get("/operations/status")["services"]["cases"]["stopped"])


def head(city: City, subscription: str) -> str:
    """Where a reader stands who has read everything before the replay."""
    after = ""
    while (page := city.operator.get("/events", after=after, limit=200))["more"]:
        after = page["next"]
    return str(page["next"])
