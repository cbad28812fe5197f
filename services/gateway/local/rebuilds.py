"""Rebuilds, by the read model's name or the run's id: which service it is of, an operator need not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from services.gateway.answers import answer_response, json_response
from services.gateway.forward import body_of
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.problems import FieldError, Problem, invalid, not_found
from shared.service.operation import load

if TYPE_CHECKING:
    from services.gateway.desk import Desk


def ask(desk: Desk, visit: Visit, route: Route) -> Response:
    key = visit.idempotency_key(route)
    body = body_of(desk, visit, route)
    service = owner_of(desk, visit, load(route.body, body, "body")["read_model"])
    answer = desk.app.remote.call(
        service,
        "rebuild",
        actor=visit.actor,
        body=body,
        key=key,
        timeout=route.timeout,
        correlation_id=visit.request_id,
        language=visit.language,
    )
    answer.value["service"] = service
    return answer_response(answer, route)


def listed(desk: Desk, visit: Visit, route: Route) -> Response:
    """Of one service, or of all that can be asked."""
    query = load(route.query, visit.parameters(route), "query")
    wanted = query.pop("service", None)
    if wanted is not None and wanted not in desk.services:
        raise invalid([FieldError("service", "unknown", f"one of {', '.join(desk.services)}")])
    items: list[dict[str, Any]] = []
    unreachable: list[dict[str, str]] = []
    for name in [wanted] if wanted else desk.services:
        try:
            found = desk.app.remote.call(name, "rebuilds", actor=visit.actor, params=query).value
        except Problem as problem:
            if wanted or problem.status != 503:
                raise
            unreachable.append({"service": name, "code": problem.code})
            continue
        items += [{"service": name, **item} for item in found["items"]]
    items.sort(key=lambda item: str(item["asked_at"]), reverse=True)
    return json_response({"items": items, "unreachable": unreachable, "next": None})


def one(desk: Desk, visit: Visit, route: Route) -> Response:
    """Raises 404, or the 503 of a service that could not be asked whether it is one of its own."""
    params = visit.parameters(route)
    load(route.query, params, "query")
    away: Problem | None = None
    for name in desk.services:
        try:
            answer = desk.app.remote.call(name, "rebuild_run", actor=visit.actor, params=params)
        except Problem as problem:
            if problem.status not in {404, 503}:
                raise
            away = problem if problem.status == 503 else away
            continue
        answer.value["service"] = name
        return answer_response(answer, route)
    raise away or not_found(f"rebuild {params['id']}")


def owner_of(desk: Desk, visit: Visit, read_model: str) -> str:
    """The service whose read model it is. Raises 404, or the 503 of a service that could not be asked."""
    away: Problem | None = None
    for name in desk.services:
        try:
            told: dict[str, Any] = desk.app.remote.call(name, "describe", actor=visit.actor).value
        except Problem as problem:
            away = problem
            continue
        if read_model in told["read_models"]:
            return name
    raise away or not_found(f"read model {read_model}")
