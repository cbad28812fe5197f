"""Read models built anew: what ran and runs, a proposal, and the other operator's release."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.office.parked import OWNERS
from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

SHOWN = 30
_LIST = "/office/operations/rebuilds"


def rebuilds(page: Page, refused: Problem | None = None) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("operations.read")
    runs = [{"service": name, **run} for name in OWNERS for run in _runs(page, name)]
    runs.sort(key=lambda run: str(run["asked_at"]), reverse=True)
    models = [
        (f"{name}/{model}", f"{model} · {page.t(f'service.{name}')}")
        for name in OWNERS
        for model in page.ask_or({"read_models": []}, name, "describe")["read_models"]
    ]
    return page.render(
        "rebuilds.html",
        refused.status if refused else 200,
        runs=runs[:SHOWN],
        models=models,
        chosen=page.request.form.get("read_model", ""),
        may_act=page.actor.can("operations.act"),
        trouble=page.trouble(refused),
    )


def ask(page: Page) -> Response:
    """Propose one, or release what another operator proposed."""
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    service, _, read_model = form.get("read_model", "").partition("/")
    if service not in OWNERS:
        raise NotFound
    body = {"read_model": read_model, "release": "release" in form}
    try:
        page.ask(service, "rebuild", body=body, key=page.posted_key)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return rebuilds(page, problem)
    return page.go(_LIST)


def _runs(page: Page, service: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = page.ask_or({"items": []}, service, "rebuilds", params={"limit": SHOWN})[
        "items"
    ]
    return items


PAGES: dict[str, tuple[str, Handler]] = {
    "rebuilds": (_LIST, rebuilds),
    "rebuild": (f"{_LIST}/ask", ask),
}
