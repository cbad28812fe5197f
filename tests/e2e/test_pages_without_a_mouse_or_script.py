"""Pages for everybody: by keyboard alone, without script, read aloud. Nothing of it needs more than HTML."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from shared.simulation.city import City
from tests.e2e.browser import DESKTOP, PDF, PHONE, Visitor, chromium, pdf
from tests.e2e.shelf import FOOD_PERMIT, Shelf

MANY_TABS = 120
OPEN = ("/", "/items", "/progress", "/sign-in", "/register", "/my/cases", "/my/messages")
FAULTS = """() => {
  const faults = [], all = wanted => [...document.querySelectorAll(wanted)];
  const levels = all('h1,h2,h3,h4').map(each => +each.tagName[1]);
  levels.forEach((level, at) => {
    if (at ? level > levels[at - 1] + 1 : level !== 1) faults.push('heading ' + at);
  });
  all('img:not([alt])').forEach(each => faults.push('no alt: ' + each.src));
  for (const each of all('a,button,summary'))
    if (!(each.textContent || each.ariaLabel || '').trim()) faults.push('no name: ' + each.outerHTML);
  for (const name of ['aria-labelledby', 'aria-describedby'])
    for (const each of all('[' + name + ']'))
      for (const id of each.getAttribute(name).split(/\\s+/))
        if (!document.getElementById(id)) faults.push(name + ' names nothing: ' + id);
  const ids = all('[id]').map(each => each.id);
  ids.filter((id, at) => ids.indexOf(id) !== at).forEach(id => faults.push('id twice: ' + id));
  all('[tabindex]').filter(each => each.tabIndex > 0).forEach(() => faults.push('tabindex'));
  ['main', 'header', 'footer', 'nav'].filter(name => !all(name).length).forEach(name => faults.push(name));
  for (const each of all('button,.button,input:not([type=hidden]),select,textarea,summary')) {
    const box = each.getBoundingClientRect(), least = Math.min(box.width, box.height);
    if (box.width && box.height && least < 22) faults.push('small: ' + each.outerHTML);
  }
  return faults;
}"""
"""What a checker of accessibility looks at first; sizes of targets after WCAG 2.2 (24 px, less a border)."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(MANY_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} can't be reached with Tab on {page.url}")


def test_the_keyboard_alone_is_enough_to_apply(browser: Browser, city: City) -> None:
    visitor = Visitor(browser, city.url, DESKTOP)
    page, account = visitor.page, city.person("citizen").account
    visitor.open("/")
    tab_to(page, "#q")
    page.keyboard.type("食品经营许可")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items?**")
    tab_to(page, ".item-link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/*")
    tab_to(page, "a[href$='/apply']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in?**")
    tab_to(page, "#f-login")
    page.keyboard.type(account.login)
    tab_to(page, "#f-password")
    page.keyboard.type(account.password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-situation")
    tab_to(page, "#f-situation")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=method-M3]")
    page.keyboard.press("Space")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator("#trouble")).to_be_focused()
    tab_to(page, "#trouble a")
    page.keyboard.press("Enter")
    expect(page.locator("#f-file-M1")).to_be_focused()
    # The system's own file dialogue is the one thing a page can't be asked about.
    page.set_input_files("#f-file-M1", pdf("申请书.pdf"))
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("申请已提交")
    visitor.close()


def test_a_bad_file_is_explained_beside_its_material_and_a_good_one_is_kept(
    browser: Browser, city: City, tmp_path: Path
) -> None:
    """And all of it without a line of script."""
    visitor = Visitor(browser, city.url, PHONE, script=False)
    page, account = visitor.page, city.person("citizen").account
    visitor.sign_in(account.login, account.password)
    code = city.operator.get("/items", q=FOOD_PERMIT)["items"][0]["code"]
    visitor.open(f"/items/{code}/apply")
    page.select_option("#f-situation", "S1")
    page.fill("#f-email", "lin@example.com")
    page.set_input_files("#f-file-M1", pdf("申请书.pdf"))
    page.set_input_files("#f-file-M3", pdf("流程.pdf", b"MZ\0\1"))
    page.click("text=提交申请")
    expect(page.locator("#w-file-M3")).to_contain_text("不支持这种文件")
    expect(page.locator(".kept")).to_contain_text("申请书.pdf")
    expect(page.locator("#f-email")).to_have_value("lin@example.com")
    too_large = tmp_path / "大文件.pdf"
    too_large.write_bytes(PDF + b"%" * (10 * 1024 * 1024))
    page.set_input_files("#f-file-M3", str(too_large))
    page.click("text=提交申请")
    expect(page.locator("#w-file-M3")).to_contain_text("文件太大")
    page.set_input_files("#f-file-M3", pdf("流程.pdf"))
    page.click("text=提交申请")
    expect(page.locator("h1")).to_have_text("申请已提交")
    assert page.locator("#receipt ~ .rows small", has_text="附件上传").count() == 2
    visitor.close()


def test_a_supplement_asks_for_the_named_materials_only(browser: Browser, city: City) -> None:
    shelf = Shelf(city, "supplement_required")
    visitor = Visitor(browser, city.url, PHONE, script=False)
    page, account = visitor.page, shelf.citizen.account
    visitor.sign_in(account.login, account.password)
    visitor.open(f"/my/cases/{shelf.cases['supplement_required']}")
    assert page.locator("section.call .material").count() == 1
    expect(page.locator("section.call")).to_contain_text("申请书缺少签字")
    page.click("text=提交补正材料")
    expect(page.locator("#trouble")).to_contain_text("食品经营许可申请书")
    page.set_input_files("#f-file-M1", pdf("申请书.pdf"))
    page.click("text=提交补正材料")
    expect(page.locator("h1")).to_contain_text("已补正")
    visitor.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_pages_can_be_read_aloud_and_fit(viewport: dict[str, int], browser: Browser, city: City) -> None:
    shelf = Shelf(city, "submitted", "supplement_required", "accepted", "completed")
    cases = list(shelf.cases.values())
    mine = [f"/my/cases/{number}" for number in cases]
    looks = {
        "citizen": [*OPEN, f"/items/{shelf.code}", f"/items/{shelf.code}/apply", *mine],
        "department_head": ["/office", "/office/cards", *(f"/office/cases/{number}" for number in cases)],
        "operator": ["/office/operations", "/office/cards"],
    }
    for role, paths in looks.items():
        account = city.person(role, shelf.department if role == "department_head" else None).account
        visitor = Visitor(browser, city.url, viewport)
        visitor.sign_in(account.login, account.password)
        for path in paths:
            visitor.open(path)
            visitor.open_everything()
            assert visitor.page.evaluate(FAULTS) == [], path
            assert visitor.unlabelled() == [], path
            assert visitor.fits(), path
        assert visitor.hosts == {"127.0.0.1"}
        assert not visitor.complaints
        visitor.close()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_name_without_a_space_fits(viewport: dict[str, int], browser: Browser, city: City) -> None:
    """Masked or not, a long name must not push the rest of a page out of sight."""
    shelf = Shelf(city, "submitted")
    number = shelf.apply(name="Ā" * 90)
    for role, paths in {
        "citizen": ("/my/cases", f"/my/cases/{number}"),
        "department_head": ("/office", f"/office/cases/{number}"),
    }.items():
        account = city.person(role, shelf.department if role == "department_head" else None).account
        visitor = Visitor(browser, city.url, viewport)
        visitor.sign_in(account.login, account.password)
        for path in paths:
            visitor.open(path)
            visitor.open_everything()
            assert visitor.fits(), path
        visitor.close()


def test_nothing_is_asked_for_when_everything_is_here(browser: Browser, city: City) -> None:
    """An answered notice is history; a material that may follow can still be handed in."""
    shelf = Shelf(city, "submitted", "accepted")
    visitor = Visitor(browser, city.url, PHONE, script=False)
    visitor.sign_in(shelf.citizen.account.login, shelf.citizen.account.password)
    for number in shelf.cases.values():
        visitor.open(f"/my/cases/{number}")
        assert visitor.page.locator("section.call").count() == 0
    visitor.close()
