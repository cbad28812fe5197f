"""The work list and the case page of clerks, examiners and approvers."""

from __future__ import annotations

from werkzeug import Response

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.case_view import act, show
from services.gateway.pages.page import Handler, Page
from shared.contracts.case_fields import COLOURS, STATUSES

_FILTERS = ("status", "clock", "assignee", "source", "item", "department", "q", "after")


def work_list(page: Page) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("cases.work_list")
    asked = {name: page.request.args.get(name, "") for name in _FILTERS}
    found = page.ask("cases", "list", params={**asked, "limit": 50}).value
    counts = page.ask_or({}, "cases", "statistics")
    return page.render(
        "work_list.html", cases=found["items"], more=found.get("next"), asked=asked, counts=counts,
        statuses=STATUSES, colours=COLOURS,
    )  # fmt: skip


def office_case(page: Page, no: str) -> Response:
    return show(page, no, "office_case.html")


def office_action(page: Page, no: str, action: str) -> Response:
    return act(page, no, action, "office_case.html", f"/office/cases/{no}")


PAGES: dict[str, tuple[str, Handler]] = {
    "work_list": ("/office", work_list),
    "office_case": ("/office/cases/<no>", office_case),
    "office_action": ("/office/cases/<no>/<action>", office_action),
}
