"""The pages, used as people use them: on a phone, on a desktop, with the keyboard alone, in two languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from shared.simulation.city import City
from tests.e2e.browser import DESKTOP, PHONE, Visitor, chromium

FOOD_PERMIT = "食品经营许可（新办，餐饮服务）"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Browser, city: City) -> Iterator[Callable[[dict[str, int]], Visitor]]:
    """Open a browser window; afterwards no window has left this machine or had script errors."""
    visitors: list[Visitor] = []

    def open_window(viewport: dict[str, int]) -> Visitor:
        visitors.append(Visitor(browser, city.url, viewport))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.close()
        assert visitor.hosts <= {"127.0.0.1"}, "a page asked another host: government networks are closed"
        assert not visitor.complaints


def apply_for_food_permit(visitor: Visitor, upload: Path) -> str:
    """From the home page to the confirmation; answers the case number."""
    page = visitor.page
    visitor.open("/")
    page.fill("#q", "食品经营")
    page.press("#q", "Enter")
    page.click(f"text={FOOD_PERMIT}")
    page.click("text=立即申请")
    page.check("input[name=application_form][value=full_online]")
    page.select_option("#f-situation", "S1")
    page.set_input_files("#f-file-M1", str(upload))
    page.check("input[name=method-M3][value=paper]")
    page.click("text=提交申请")
    expect(page.locator("h1")).to_have_text("申请已提交")
    return page.locator("dd.big.number").first.inner_text()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A small but real PDF."""
    file = tmp_path / "申请书.pdf"
    file.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return file


def test_a_citizen_applies_on_a_phone_and_a_clerk_accepts(
    visit: Callable[[dict[str, int]], Visitor], city: City, scan: Path
) -> None:
    citizen = visit(PHONE)
    account = city.person("citizen").account
    citizen.sign_in(account.login, account.password)
    number = apply_for_food_permit(citizen, scan)
    assert citizen.fits()
    citizen.picture("phone-submitted")
    citizen.page.click("text=查看办件")
    expect(citizen.page.locator("h1")).to_contain_text("已提交")
    assert citizen.fits()
    citizen.picture("phone-case")

    clerk = visit(DESKTOP)
    department = city.operator.get("/cases", q=number)["items"][0]["department_code"]
    officer = city.person("clerk", department).account
    clerk.sign_in(officer.login, officer.password)
    expect(clerk.page.locator("h1")).to_contain_text("办件列表")
    clerk.page.fill("#q", number)
    clerk.page.press("#q", "Enter")
    clerk.picture("desktop-work-list")
    clerk.page.click(f"text={FOOD_PERMIT}")
    accept = clerk.page.locator(
        "details.action", has=clerk.page.locator("summary", has_text=re.compile("^受理$"))
    )
    if accept.get_attribute("open") is None:
        accept.locator("summary").click()
    accept.locator("button").click()
    expect(clerk.page.locator("h1")).to_contain_text("已受理")
    expect(clerk.page.locator("#timeline + ol")).to_contain_text("受理")
    expect(clerk.page.locator("section", has=clerk.page.locator("#clock"))).to_contain_text("承诺时限")
    clerk.picture("desktop-case")

    citizen.page.reload()
    expect(citizen.page.locator("h1")).to_contain_text("已受理")


def test_the_keyboard_alone_is_enough_to_search_and_read(visit: Callable[[dict[str, int]], Visitor]) -> None:
    visitor = visit(DESKTOP)
    page = visitor.page
    visitor.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.focus("#q")
    page.keyboard.type("社会保障卡")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items?**")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "item-link":
            break
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("社会保障卡申领")


def test_pages_fit_a_phone_and_carry_headings_and_labels(
    visit: Callable[[dict[str, int]], Visitor], city: City
) -> None:
    visitor = visit(PHONE)
    code = city.operator.get("/items", q=FOOD_PERMIT)["items"][0]["code"]
    for path in ("/", "/items", f"/items/{code}", "/progress", "/sign-in", "/register"):
        visitor.open(path)
        assert visitor.fits(), f"{path} is wider than a phone"
        assert visitor.page.locator("h1").count() == 1, path
        unlabelled = visitor.page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')]"
            ".filter(each => !each.labels.length).map(each => each.name)"
        )
        assert not unlabelled, f"{path}: {unlabelled} have no label"
        visitor.picture("phone" + (path.replace("/", "-") if path != "/" else "-home"))


def test_english_is_one_click_away_and_stays(visit: Callable[[dict[str, int]], Visitor]) -> None:
    visitor = visit(DESKTOP)
    visitor.open("/")
    visitor.picture("desktop-home")
    visitor.page.click("text=English")
    expect(visitor.page.locator("h1")).to_have_text("Apply once, follow every step")
    visitor.open("/progress")
    expect(visitor.page.locator("h1")).to_have_text("Check progress")
    assert visitor.page.get_attribute("html", "lang") == "en"


def test_a_wrong_number_is_explained_beside_its_field(
    visit: Callable[[dict[str, int]], Visitor],
) -> None:
    visitor = visit(PHONE)
    visitor.open("/register")
    visitor.page.fill("#f-name", "张三")
    visitor.page.fill("#f-id_no", "110105194912310021")
    visitor.page.fill("#f-phone", "19900001111")
    visitor.page.fill("#f-password", "Yi-Wang-2026")
    visitor.page.click("main button")
    expect(visitor.page.locator("[role=alert]")).to_contain_text("证件号码")


def test_the_supervisor_sees_cards_and_the_operator_the_readers(
    visit: Callable[[dict[str, int]], Visitor], city: City
) -> None:
    supervisor = visit(DESKTOP)
    account = city.person("supervisor").account
    supervisor.sign_in(account.login, account.password)
    expect(supervisor.page.locator("h1")).to_have_text("电子监察")
    supervisor.picture("desktop-cards")
    operator = visit(DESKTOP)
    account = city.person("operator").account
    operator.sign_in(account.login, account.password)
    operator.open("/office/operations")
    expect(operator.page.locator("h1")).to_have_text("运行维护")
    operator.picture("desktop-operations")


def test_a_stranger_may_not_open_the_office(visit: Callable[[dict[str, int]], Visitor], city: City) -> None:
    visitor = visit(DESKTOP)
    visitor.open("/office")
    assert "/sign-in" in visitor.page.url
    account = city.person("citizen").account
    visitor.sign_in(account.login, account.password)
    answer = visitor.page.goto(city.url + "/office")
    assert answer is not None
    assert answer.status == 403


def test_a_form_from_another_site_is_refused(visit: Callable[[dict[str, int]], Visitor], city: City) -> None:
    visitor = visit(DESKTOP)
    account = city.person("citizen").account
    visitor.sign_in(account.login, account.password)
    answer = visitor.context.request.post(city.url + "/sign-out", form={"_guard": "guessed"})
    assert answer.status == 403
