"""Home, search, and the guide of an item (POR: finding and showing items)."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from services.gateway.pages.page import Handler, Page

_FILTERS = ("q", "region", "department", "audience", "theme", "form", "sort", "after")
_PER_PAGE = 20
_ON_HOME = 12
_DEPARTMENTS_ON_HOME = 16
_FACETS_SHOWN = 12


def home(page: Page) -> Response:
    """One question tells what may be applied for, and by which themes and departments."""
    found = page.ask("catalogue", "search", params={"limit": _ON_HOME, "appliable": "true"}).value
    everything = page.ask_or({}, "catalogue", "search", params={"limit": 1})
    facets = everything.get("facets") or found.get("facets") or {}
    return page.render(
        "home.html",
        items=found["items"],
        online=found.get("total", len(found["items"])),
        total=everything.get("total"),
        themes=facets.get("theme") or [],
        departments=(facets.get("department") or [])[:_DEPARTMENTS_ON_HOME],
    )


def search(page: Page) -> Response:
    asked = {name: page.request.args.get(name, "").strip() for name in _FILTERS}
    found = page.ask("catalogue", "search", params={**asked, "limit": _PER_PAGE}).value
    facets = found.get("facets") or {}
    return page.render(
        "items.html",
        items=found["items"],
        more=found.get("next"),
        total=found.get("total"),
        themes=(facets.get("theme") or [])[:_FACETS_SHOWN],
        departments=(facets.get("department") or [])[:_FACETS_SHOWN],
        asked=asked,
        department_name=_department_name(asked["department"], facets, found["items"]),
    )


def _department_name(code: str, facets: dict[str, Any], items: list[dict[str, Any]]) -> str:
    """What the department in the question is called, as far as the answer tells."""
    named = {each["value"]: each.get("label") for each in facets.get("department") or []}
    named |= {item["department_code"]: item["department_name"] for item in items}
    return named.get(code) or code


def guide(page: Page, code: str) -> Response:
    item = page.ask("catalogue", "guide", params={"code": code}).value
    sections = [name for name in ("materials", "procedure", "special_procedures", "basis") if item.get(name)]
    return page.render("guide.html", item=item, sections=sections, code=code)


PAGES: dict[str, tuple[str, Handler]] = {
    "home": ("/", home),
    "items": ("/items", search),
    "guide": ("/items/<code>", guide),
}
