"""What an operator asks of the platform as a whole: status, parked cases, feeds, the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from services.gateway.answers import answer_response, json_response
from services.gateway.forward import body_of
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.clock import SimulatedClock
from shared.problems import FieldError, Problem, conflict, invalid
from shared.service.operation import load

if TYPE_CHECKING:
    from services.gateway.desk import Desk

_ASK_SECONDS = 5.0


def status(desk: Desk, visit: Visit, route: Route) -> Response:
    """Each service's own words, or why it has none. Answers also while some are down."""
    found: dict[str, Any] = {}
    for name in desk.services:
        try:
            found[name] = desk.app.remote.call(name, "status", actor=visit.actor, timeout=_ASK_SECONDS).value
        except Problem as problem:
            found[name] = {"problem": {"code": problem.code, "detail": problem.detail}}
    return json_response(_clock_reading(desk) | {"services": found})


def parked(desk: Desk, visit: Visit, route: Route) -> Response:
    """Parked cases of one service or of all that can be asked, each with its service."""
    query = load(route.query, visit.parameters(route), "query")
    names = [_known(desk, query["service"])] if "service" in query else list(desk.services)
    params = {name: value for name, value in query.items() if name != "service"}
    items: list[dict[str, Any]] = []
    unreachable: list[dict[str, str]] = []
    following: str | None = None
    for name in names:
        try:
            value = desk.app.remote.call(name, "parked_list", actor=visit.actor, params=params).value
        except Problem as problem:
            if len(names) == 1 or problem.status not in {404, 503}:
                raise
            unreachable.append({"service": name, "code": problem.code})
            continue
        items += [{"service": name, **item} for item in value["items"]]
        following = value.get("next") if len(names) == 1 else None
    return json_response({"items": items, "unreachable": unreachable, "next": following})


def parked_show(desk: Desk, visit: Visit, route: Route) -> Response:
    return _parked(desk, visit, route, "parked_show")


def parked_retry(desk: Desk, visit: Visit, route: Route) -> Response:
    return _parked(desk, visit, route, "parked_retry")


def parked_retry_all(desk: Desk, visit: Visit, route: Route) -> Response:
    return _parked(desk, visit, route, "parked_retry_all")


def resume(desk: Desk, visit: Visit, route: Route) -> Response:
    return _parked(desk, visit, route, "resume_subscriber")


def parked_skip(desk: Desk, visit: Visit, route: Route) -> Response:
    return _parked(desk, visit, route, "parked_skip")


def _parked(desk: Desk, visit: Visit, route: Route, operation: str) -> Response:
    key = visit.idempotency_key(route)
    params = visit.parameters(route)
    service = _known(desk, params.pop("service"))
    answer = desk.app.remote.call(
        service,
        operation,
        actor=visit.actor,
        body=body_of(desk, visit, route),
        params=params,
        key=key,
        timeout=route.timeout,
        correlation_id=visit.request_id,
        language=visit.language,
    )
    return answer_response(answer, route)


def feed(desk: Desk, visit: Visit, route: Route) -> Response:
    """One category's published events. Asked in the gateway's own name: feeds are for services."""
    query = load(route.query, visit.parameters(route), "query")
    service = _known(desk, query.pop("service"))
    answer = desk.app.remote.call(service, "feed", params=query, correlation_id=visit.request_id)
    return answer_response(answer, route)


def seals(desk: Desk, visit: Visit, route: Route) -> Response:
    query = load(route.query, visit.parameters(route), "query")
    service = _known(desk, query.pop("service"))
    answer = desk.app.remote.call(service, "seals", actor=visit.actor, params=query)
    return answer_response(answer, route)


def seal(desk: Desk, visit: Visit, route: Route) -> Response:
    visit.idempotency_key(route)
    query = load(route.query, visit.parameters(route), "query")
    service = _known(desk, query["service"])
    answer = desk.app.remote.call(service, "seal", actor=visit.actor, timeout=route.timeout)
    return answer_response(answer, route)


def read_clock(desk: Desk, visit: Visit, route: Route) -> Response:
    return json_response(_clock_reading(desk))


def set_clock(desk: Desk, visit: Visit, route: Route) -> Response:
    """Moves this process's clock, which in the embedded platform is everybody's."""
    visit.idempotency_key(route)
    clock = desk.app.clock
    if not isinstance(clock, SimulatedClock):
        raise conflict("not_simulated", "the platform runs on the real clock, which nobody sets")
    now = load(route.body, body_of(desk, visit, route), "body")["now"]
    try:
        clock.advance_to(now)
    except ValueError as error:
        raise conflict("clock_goes_back", str(error)) from error
    return json_response(_clock_reading(desk))


def _clock_reading(desk: Desk) -> dict[str, Any]:
    clock = desk.app.clock
    return {"now": clock.now().isoformat(), "simulated": isinstance(clock, SimulatedClock)}


def _known(desk: Desk, service: str) -> str:
    if service not in desk.services:
        known = ", ".join(desk.services)
        raise invalid([FieldError("service", "unknown", f"one of {known}")])
    return service
