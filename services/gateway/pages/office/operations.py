"""The operator's page: how far every reader is, and the streams that wait for repair."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

SERVICES = ("identity", "catalogue", "cases", "notify", "supervision")
LATE_SECONDS = 60
"""A reader that is further behind than this is worth a look."""


def operations(page: Page) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("operations.read")
    services = [_service(page, name) for name in SERVICES]
    parked = [{"service": name, **row} for name in SERVICES for row in _parked(page, name)]
    return page.render(
        "operations.html", services=services, parked=parked, may_act=page.actor.can("operations.act")
    )


def _service(page: Page, name: str) -> dict[str, Any]:
    """{name, state, readers, late, parked, position, mib, detail}: what an operator looks at first."""
    try:
        told = page.ask(name, "status").value
    except Problem as problem:
        return {"name": name, "state": "unreachable", "detail": problem.detail, "readers": []}
    readers = [_reader(row) for row in told.get("checkpoints") or ()]
    stopped = told.get("stopped") or {}
    waiting = sum(int(row.get("events") or 0) for row in told.get("parked") or ())
    late = max((reader["seconds"] for reader in readers if reader["seconds"] is not None), default=0)
    state = "stopped" if stopped else "late" if late > LATE_SECONDS or waiting else "running"
    size = told.get("database_bytes")
    return {
        "name": name, "state": state, "readers": readers, "late": late, "parked": waiting,
        "position": told.get("position"), "mib": size // 2**20 if size else None,
        "detail": "; ".join(f"{who}: {why}" for who, why in stopped.items()),
    }  # fmt: skip


def _reader(row: dict[str, Any]) -> dict[str, Any]:
    behind = row.get("behind_seconds")
    return {
        "name": row.get("subscriber") or "",
        "source": f"{row.get('source') or ''} · {row.get('category') or ''}",
        "seconds": round(behind) if behind is not None else None,
    }


def _parked(page: Page, service: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = page.ask_or({"items": []}, service, "parked_list")["items"]
    return items


def parked_action(page: Page, service: str, action: str) -> Response:
    if service not in SERVICES or action not in ("retry", "skip"):
        raise NotFound
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    which = {name: form.get(name) for name in ("subscriber", "stream")}
    page.ask(service, f"parked_{action}", params=which, body={}, key=page.posted_key)
    return page.go("/office/operations")


PAGES: dict[str, tuple[str, Handler]] = {
    "operations": ("/office/operations", operations),
    "parked_action": ("/office/operations/<service>/parked/<action>", parked_action),
}
