"""The operator's page: how far every reader is, who has stopped, and the streams that wait for repair."""

from __future__ import annotations

from typing import Any

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed, NotFound

from services.gateway.pages.account import sign_in_first
from services.gateway.pages.office.parked import OWNERS
from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

SKIPPED_SHOWN = 20
LATE_SECONDS = 60
"""A reader that is further behind than this is worth a look."""


STARTS = ("common", "head", "beginning")
"""Where one who stopped may go on, as `yiwang resume --from` has it. The service says for whom."""


def operations(page: Page) -> Response:
    return _shown(page)


def resume(page: Page, service: str) -> Response:
    """What is refused is said on the page the button stands on; then nothing has moved."""
    if service not in OWNERS:
        raise NotFound
    if page.request.method != "POST":
        raise MethodNotAllowed
    form = page.form()
    params, body = {"subscriber": form.get("subscriber", "")}, {"from": form.get("from", "common")}
    try:
        page.ask(service, "resume_subscriber", params=params, body=body, key=page.posted_key)
    except Problem as problem:
        if problem.status not in (409, 422, 503):
            raise
        return _shown(page, problem)
    return page.go("/office/operations")


def _shown(page: Page, refused: Problem | None = None) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    page.actor.require("operations.read")
    services = [_service(page, name) for name in OWNERS]
    parked = [{"service": name, **row} for name in OWNERS for row in _parked(page, name)]
    skipped = [{"service": name, **row} for name in OWNERS for row in _parked(page, name, state="skipped")]
    skipped.sort(key=lambda row: str(row["skipped_at"]), reverse=True)
    return page.render(
        "operations.html",
        refused.status if refused else 200,
        services=services,
        parked=parked,
        skipped=skipped[:SKIPPED_SHOWN],
        may_act=page.actor.can("operations.act"),
        starts=STARTS,
        trouble=page.trouble(refused),
    )


def _service(page: Page, name: str) -> dict[str, Any]:
    """{name, state, readers, late, parked, position, mib, stopped}: what an operator looks at first."""
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
        "stopped": stopped,
    }  # fmt: skip


def _reader(row: dict[str, Any]) -> dict[str, Any]:
    behind = row.get("behind_seconds")
    return {
        "name": row.get("subscriber") or "",
        "source": f"{row.get('source') or ''} · {row.get('category') or ''}",
        "seconds": round(behind) if behind is not None else None,
    }


def _parked(page: Page, service: str, **params: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = page.ask_or({"items": []}, service, "parked_list", params=params)["items"]
    return items


PAGES: dict[str, tuple[str, Handler]] = {
    "operations": ("/office/operations", operations),
    "resume": ("/office/operations/<service>/resume", resume),
}
