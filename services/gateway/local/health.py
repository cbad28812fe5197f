"""Is this process alive, and is the platform ready for people?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from services.gateway.answers import json_response
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.problems import Problem

if TYPE_CHECKING:
    from services.gateway.desk import Desk

ASK_SECONDS = 2.0
TOTAL_SECONDS = 5.0


def livez(desk: Desk, visit: Visit, route: Route) -> Response:
    """This process answers. Asks nobody else: a dead broker must not get the gateway restarted."""
    return json_response({"status": "alive"})


def readyz(desk: Desk, visit: Visit, route: Route) -> Response:
    """200 when every service answers over RPC and consumes; 503 with the ones that don't."""
    found = dict.fromkeys(desk.services, "not asked: out of time")
    deadline = time.monotonic() + TOTAL_SECONDS
    for name in desk.services:
        left = deadline - time.monotonic()
        if left > 0:
            found[name] = _ask(desk, name, min(left, ASK_SECONDS))
    waiting = sorted(name for name, said in found.items() if said != "ready")
    if waiting:
        detail = f"not ready: {', '.join(waiting)}"
        raise Problem(503, "not_ready", detail, extra={"services": found, "retry_after": 1})
    return json_response({"status": "ready", "services": found})


def _ask(desk: Desk, name: str, timeout: float) -> str:
    readiness = desk.app.parts.get("readiness")
    if readiness is not None and readiness().get(name) is False:
        return "not consuming"
    try:
        status: Any = desk.app.remote.call(name, "status", timeout=timeout).value
    except Problem as problem:
        return problem.code
    return "ready" if status.get("consuming", True) else "not consuming"
