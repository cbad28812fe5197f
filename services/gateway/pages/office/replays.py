"""History sent again to a department: counted first, proposed, and released by another operator."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

_LIST = "/office/operations/replays"
_ASKED = ("from", "case")


def subscriptions(page: Page) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("operations.act")
    found = page.ask("notify", "subscriptions", params={"after": page.request.args.get("after"), "limit": 50})
    return page.render("replays.html", subscriptions=found.value["items"], more=found.value.get("next"))


def subscription(
    page: Page, id: str, planned: dict[str, Any] | None = None, refused: Problem | None = None
) -> Response:
    """`planned` is the dry run of what was just asked for."""
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("operations.act")
    return page.render(
        "replay.html",
        refused.status if refused else 200,
        subscription=page.ask("notify", "subscription", params={"id": id}).value,
        deliveries=page.ask("notify", "deliveries", params={"id": id}).value,
        waiting=_waiting(page, id),
        planned=planned,
        asked={name: page.request.form.get(name, "") for name in _ASKED},
        trouble=page.trouble(refused),
    )


def send(page: Page, id: str) -> Response:
    """`act` is `plan` (count only), `release` (what another operator proposed), or sends."""
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    act = form.get("act", "")
    body: dict[str, Any] = {name: form[name] for name in _ASKED if name in form}
    body = {"release": True} if act == "release" else body | {"dry_run": act == "plan"}
    try:
        done = page.ask("notify", "replay", params={"id": id}, body=body, key=page.posted_key).value
    except Problem as problem:
        if problem.status not in (409, 410, 422):
            raise
        return subscription(page, id, refused=problem)
    return subscription(page, id, planned=done) if done["dry_run"] else page.go(f"{_LIST}/{id}")


def _waiting(page: Page, id: str) -> dict[str, Any] | None:
    """What waits for a second operator, counted anew."""
    try:
        body = {"release": True, "dry_run": True}
        found: dict[str, Any] = page.ask(
            "notify", "replay", params={"id": id}, body=body, key=uuid4().hex
        ).value
    except Problem as problem:
        if problem.status != 409:
            raise
        return None
    return found


PAGES: dict[str, tuple[str, Handler]] = {
    "replays": (_LIST, subscriptions),
    "replay": (f"{_LIST}/<id>", subscription),
    "replay_send": (f"{_LIST}/<id>/send", send),
}
