"""`POST /subjects/{id}/erasure`: the cases service decides and erases; the bytes of files lie here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from services.gateway.answers import answer_response
from services.gateway.forward import body_of
from services.gateway.routes.route import Route
from services.gateway.visit import Visit

if TYPE_CHECKING:
    from services.gateway.desk import Desk


def erase_subject(desk: Desk, visit: Visit, route: Route) -> Response:
    """Bytes are deleted after the erasure is stored. Repeated with the same key it deletes what it had to
    leave behind when this process was killed in between.
    """
    answer = desk.app.remote.call(
        "cases",
        "erase_subject",
        actor=visit.actor,
        body=body_of(desk, visit, route),
        params=visit.parameters(route),
        key=visit.idempotency_key(route),
        timeout=route.timeout,
        correlation_id=visit.request_id,
        language=visit.language,
    )
    for address in answer.value.pop("files"):
        desk.files.delete(address)
    return answer_response(answer, route)
