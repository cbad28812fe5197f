"""My cases (CASE-39, CASE-43): the list, one case with its progress, and what the applicant may do."""

from __future__ import annotations

from werkzeug import Response

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.case_view import act, show
from services.gateway.pages.page import Handler, Page
from shared.contracts.case_fields import STATUSES


def mine(page: Page) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    asked = {name: page.request.args.get(name) for name in ("status", "after")}
    found = page.ask("cases", "mine", params={**asked, "limit": 30}).value
    return page.render(
        "my_cases.html", cases=found["items"], more=found.get("next"), asked=asked, statuses=STATUSES
    )


def my_case(page: Page, no: str) -> Response:
    return show(page, no, "my_case.html")


def my_action(page: Page, no: str, action: str) -> Response:
    return act(page, no, action, "my_case.html", f"/my/cases/{no}")


PAGES: dict[str, tuple[str, Handler]] = {
    "my_cases": ("/my/cases", mine),
    "my_case": ("/my/cases/<no>", my_case),
    "my_action": ("/my/cases/<no>/<action>", my_action),
}
