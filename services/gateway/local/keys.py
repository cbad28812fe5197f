"""The public keys that access tokens and seals are signed with, for other systems (RFC 7517)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from services.gateway.answers import json_response
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.problems import Problem
from shared.seals.signing import load_public_keys
from shared.security.actor import ANONYMOUS

if TYPE_CHECKING:
    from services.gateway.desk import Desk


def jwks(desk: Desk, visit: Visit, route: Route) -> Response:
    answer = desk.app.remote.call("identity", "public_keys", actor=ANONYMOUS)
    return _key_set(answer.value["keys"])


def seal_keys(desk: Desk, visit: Visit, route: Route) -> Response:
    """The present key and every former one: a seal of years ago is checked with its own."""
    text = desk.settings.seal_public_keys
    if not text:
        raise Problem(404, "no_seal_keys", "this platform publishes no keys of seals")
    return _key_set([key.as_jwk() for key in load_public_keys(text).values()])


def _key_set(keys: list[dict[str, str]]) -> Response:
    response = json_response({"keys": keys}, cache="public, max-age=300")
    response.content_type = "application/jwk-set+json"
    return response
