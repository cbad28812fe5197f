"""Electronic supervision: timeout alerts and cards, and what supervisor and unit may do with one."""

from __future__ import annotations

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

_FILTERS = ("level", "state", "department", "case_no", "after")
_TOTALS = ("open", "overdue", "warning", "yellow", "red")
_ACTIONS = ("confirm", "appeal", "revoke", "urge")


def cards(page: Page, refused: Problem | None = None, tried: str = "") -> Response:
    """The list with its filters; `refused` is why what was just tried on card `tried` was not done."""
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("supervision.read")
    asked = {name: page.request.args.get(name, "").strip() for name in _FILTERS}
    found = page.ask("supervision", "cards", params={**asked, "limit": 50}).value
    statistics = page.ask_or({"items": []}, "supervision", "statistics", params={"by": "department"})
    return page.render(
        "cards.html",
        refused.status if refused else 200,
        cards=found["items"],
        more=found.get("next"),
        asked=asked,
        departments=statistics["items"],
        totals={name: sum(row[name] for row in statistics["items"]) for name in _TOTALS},
        trouble=page.trouble(refused),
        tried=tried,
        posted=page.request.form,
    )


def card_action(page: Page, card: str, action: str) -> Response:
    if action not in _ACTIONS:
        raise NotFound
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    try:
        asked = {"id": card, "action": action}
        page.ask("supervision", "card_action", params=asked, body=form, key=page.posted_key)
    except Problem as problem:
        if problem.status >= 500 or problem.status in (401, 404):
            raise
        return cards(page, problem, f"{card}-{action}")
    return page.go("/office/cards")


PAGES: dict[str, tuple[str, Handler]] = {
    "cards": ("/office/cards", cards),
    "card_action": ("/office/cards/<card>/<action>", card_action),
}
