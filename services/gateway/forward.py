"""Passes a request on to the operation that its route names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from services.gateway.answers import answer_response
from services.gateway.routes.route import Route, Size
from services.gateway.visit import Visit
from shared.problems import FieldError, Problem, forbidden, invalid, unauthenticated
from shared.security.actor import ANONYMOUS
from shared.web.json_body import read_json

if TYPE_CHECKING:
    from services.gateway.desk import Desk


def forward(desk: Desk, visit: Visit, route: Route) -> Response:
    """Cheap checks first: who, then the headers, then the query, and the body last."""
    if visit.actor is ANONYMOUS and not route.public:
        raise unauthenticated()
    if route.one_of and not any(visit.actor.can(permission) for permission in route.one_of):
        raise forbidden(f"this needs one of the permissions {', '.join(route.one_of)}")
    key = visit.idempotency_key(route)
    if_match = visit.if_match(route)
    params = visit.parameters(route)
    body = body_of(desk, visit, route)
    try:
        answer = desk.app.remote.call(
            route.service,
            route.operation,
            actor=visit.actor,
            body=body,
            params=params,
            key=key,
            timeout=route.timeout,
            if_match=if_match,
            after_token=visit.request.args.get("after_token") or None,
            correlation_id=visit.request_id,
            language=visit.language,
        )
    except Problem as problem:
        raise _for_outside(problem, visit) from problem
    return answer_response(answer, route)


def body_of(desk: Desk, visit: Visit, route: Route) -> dict[str, Any]:
    if route.method == "GET":
        return {}
    settings = desk.settings
    limit = settings.import_limit if route.size is Size.IMPORT else settings.json_limit
    body = read_json(visit.request, limit)
    if route.body is None and body:
        names = [FieldError(name[:100], "unknown_field", "this takes no body") for name in list(body)[:20]]
        raise invalid(names, "this takes no body")
    return body


def _for_outside(problem: Problem, visit: Visit) -> Problem:
    """To somebody who has not signed in, "you may not" means "sign in first"."""
    if problem.status == 403 and visit.actor is ANONYMOUS:
        return unauthenticated()
    return problem
