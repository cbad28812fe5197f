"""One parked stream: its events, the error, and what an operator does about it."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

OWNERS = ("identity", "catalogue", "cases", "notify", "supervision")
"""Services that have events, and so somebody who may be stuck at one."""

_LIST = "/office/operations"


def stream(page: Page, service: str, subscriber: str, stream: str) -> Response:
    return _shown(page, service, {"subscriber": subscriber, "stream": stream})


def act(page: Page, service: str, action: str) -> Response:
    """Retry or skip. A stream that flows again leads back to the list, one that doesn't shows itself."""
    if service not in OWNERS or action not in ("retry", "skip"):
        raise NotFound
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    which = {name: form.get(name, "") for name in ("subscriber", "stream")}
    body: dict[str, Any] = {}
    if action == "skip":
        body = {"reason": form.get("reason", ""), "version": form.get("version")}
    try:
        done = page.ask(service, f"parked_{action}", params=which, body=body, key=page.posted_key).value
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        return _shown(page, service, which, problem)
    if done["left"]:
        return page.go(f"{_LIST}/{service}/stream/{which['subscriber']}/{which['stream']}?failed={action}")
    return page.go(_LIST)


def _shown(page: Page, service: str, which: dict[str, str], refused: Problem | None = None) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("operations.read")
    if service not in OWNERS:
        raise NotFound
    events = page.ask(service, "parked_show", params=which).value["items"]
    return page.render(
        "parked.html",
        refused.status if refused else 200,
        service=service,
        events=events,
        failed=page.request.args.get("failed") in ("retry", "skip"),
        may_act=page.actor.can("operations.act"),
        trouble=page.trouble(refused),
        reason=page.request.form.get("reason", ""),
        **which,
    )


PAGES: dict[str, tuple[str, Handler]] = {
    "parked_stream": ("/office/operations/<service>/stream/<subscriber>/<stream>", stream),
    "parked_action": ("/office/operations/<service>/parked/<action>", act),
}
