"""An operator's replay, by the subscription's name: and what to do instead for a reader inside the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from werkzeug.wrappers import Response

from services.gateway.answers import answer_response
from services.gateway.forward import body_of
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.problems import Problem, conflict, not_found
from shared.service.operation import load

if TYPE_CHECKING:
    from services.gateway.desk import Desk


def replays(desk: Desk, visit: Visit, route: Route) -> Response:
    key = visit.idempotency_key(route)
    body = body_of(desk, visit, route)
    load(route.body, body, "body")
    name = body.pop("subscription")
    answer = desk.app.remote.call(
        "notify",
        "replay",
        actor=visit.actor,
        body=body,
        params={"id": _find(desk, visit, name)},
        key=key,
        timeout=route.timeout,
        correlation_id=visit.request_id,
        language=visit.language,
    )
    return answer_response(answer, route)


def _find(desk: Desk, visit: Visit, name: str) -> str:
    """The id of the subscription that is named so and has not ended; an id stands for itself."""
    try:
        return str(UUID(name))
    except ValueError:
        pass
    found = desk.app.remote.call("notify", "subscriptions", actor=visit.actor, params={"name": name}).value
    standing = [each for each in found["items"] if each["state"] != "ended"]
    if standing:
        return str(standing[0]["id"])
    _refuse_insiders(desk, visit, name)
    raise not_found(f"subscription {name}")


def _refuse_insiders(desk: Desk, visit: Visit, name: str) -> None:
    for service in desk.services:
        try:
            told: dict[str, Any] = desk.app.remote.call(service, "describe", actor=visit.actor).value
        except Problem:
            continue  # one that is away can't be asked; then it is a name that nobody knows
        if name in told["read_models"]:
            hint = f"{name} is a read model of {service}; it is not sent history, it is built anew:"
            raise conflict("read_model_is_rebuilt", f"{hint} yiwang rebuild {name}")
        if name in told["subscriptions"]:
            raise conflict(
                "effects_never_repeat",
                f"{name} of {service} has effects, which never happen twice; nothing is sent to it again",
            )
