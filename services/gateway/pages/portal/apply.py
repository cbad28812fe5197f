"""Applying for an item (CASE-08 to CASE-10): the form, the upload of materials, the confirmation."""

from __future__ import annotations

from typing import Any

from werkzeug import Response

from services.gateway.pages import uploads
from services.gateway.pages.account import sign_in_first
from services.gateway.pages.page import Handler, Page
from services.gateway.pages.portal.application import body, fields, gaps
from shared.clock import LEGAL_ZONE
from shared.problems import Problem, invalid


def apply(page: Page, code: str) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("cases.submit")
    item = page.ask("catalogue", "guide", params={"code": code}).value
    if not item.get("appliable") or not item.get("complete"):
        return page.go(f"/items/{code}")
    if page.request.method != "POST":
        return _form(page, item, _known(page, item), None)
    form = page.form()
    window = page.actor.can("cases.window_action")
    codes = _codes(item)
    today = page.app.clock.now().astimezone(LEGAL_ZONE).date()
    try:
        spoilt = uploads.collect(page, codes, form)
        refused = {error.field for error in spoilt}
        wrong = [error for error in gaps(item, form, window, today) if error.field not in refused]
        if spoilt or wrong:
            raise invalid([*wrong, *spoilt])
        application = body(item, form, uploads.rows(codes, form), window)
        answer = page.ask("cases", "submit", body=application, key=page.posted_key)
    except Problem as problem:
        if problem.status >= 500 or problem.status == 401:
            raise
        return _form(page, item, form, problem)
    return page.go(f"/my/cases/{answer.value['case_no']}/submitted")


def _form(page: Page, item: dict[str, Any], form: dict[str, str], problem: Problem | None) -> Response:
    labels = {f"file-{material['code']}": material["name"] for material in item["materials"]}
    trouble = page.trouble(problem, fields(item, uploads.rows(_codes(item), form)), labels)
    return page.render(
        "apply.html", problem.status if problem else 200, item=item, form=form, trouble=trouble,
        window=page.actor.can("cases.window_action"), limit_mib=page.file_limit // 2**20,
    )  # fmt: skip


def _codes(item: dict[str, Any]) -> list[str]:
    return [material["code"] for material in item["materials"]]


def _known(page: Page, item: dict[str, Any]) -> dict[str, str]:
    """What the platform knows already is not asked for again (CASE-56)."""
    kinds = item["service_object"] or ["natural_person"]
    if page.actor.can("cases.window_action"):
        return {"type": kinds[0]}
    me = page.ask("identity", "me").value
    known = {name: me.get(name) or "" for name in ("name", "id_no", "phone", "email")}
    firm = me.get("enterprise")
    if firm and any(kind != "natural_person" for kind in kinds):
        company = {"type": "enterprise", "name": firm["name"], "id_no": firm["credit_code"]}
        if firm.get("role") == "legal_representative":
            company["legal_representative"] = known["name"]
        agent = {"contact_name": known["name"], "contact_phone": known["phone"]}
        return known | company | agent
    return {"type": "natural_person" if "natural_person" in kinds else kinds[0], **known}


def submitted(page: Page, no: str) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    case = page.ask("cases", "case", params={"no": no}).value
    return page.render("submitted.html", case=case)


PAGES: dict[str, tuple[str, Handler]] = {
    "apply": ("/items/<code>/apply", apply),
    "submitted": ("/my/cases/<no>/submitted", submitted),
}
