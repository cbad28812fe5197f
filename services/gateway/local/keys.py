"""The public keys that access tokens are signed with, for other systems (RFC 7517)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from services.gateway.answers import json_response
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.security.actor import ANONYMOUS

if TYPE_CHECKING:
    from services.gateway.application import Gateway


def jwks(gateway: Gateway, visit: Visit, route: Route) -> Response:
    answer = gateway.app.remote.call("identity", "public_keys", actor=ANONYMOUS)
    response = json_response({"keys": answer.value["keys"]}, cache="public, max-age=300")
    response.content_type = "application/jwk-set+json"
    return response
