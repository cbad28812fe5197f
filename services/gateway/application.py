"""The gateway without its framework: a request in, a response out, never an exception."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import structlog
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from services.gateway.authenticate import Verifier, actor_of, client_address
from services.gateway.desk import Desk
from services.gateway.dispatch import RouteMap, is_ours
from services.gateway.forward import forward
from services.gateway.metrics import REQUEST_SECONDS
from services.gateway.pages_entry import load_site
from services.gateway.routes.route import Rate, Route
from services.gateway.table import ROUTES
from services.gateway.visit import Visit
from shared.problems import Problem, forbidden, unauthenticated
from shared.security.actor import ANONYMOUS
from shared.service.application import Application
from shared.web.headers import REQUEST_ID, harden, request_id
from shared.web.language import best_language
from shared.web.problem import problem_response
from shared.web.rate_limit import RateLimit

_log = structlog.get_logger("gateway.access")


class Gateway:
    """`app.parts` hold `tokens` (the verifier of access tokens), and may hold what a `Desk` takes.

    A WSGI application as well, so that `werkzeug.test.Client(Gateway(app))` drives it.
    """

    def __init__(self, app: Application) -> None:
        self.desk = Desk.of(app, ROUTES)
        self.settings = self.desk.settings
        self.verifier: Verifier = app.parts["tokens"]
        self.routes = RouteMap(self.desk.table)
        self.site = load_site(app, self.settings)
        self._limits = {
            Rate.SIGN_IN: RateLimit(self.settings.sign_in_rate),
            Rate.PUBLIC_QUERY: RateLimit(self.settings.public_query_rate),
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        """Answer, with security headers and the request id; logs the route, never the values in it."""
        started = time.monotonic()
        visit = Visit(request, request_id(request), best_language(request.headers.get("Accept-Language")))
        response = self._answer(visit)
        response.headers[REQUEST_ID] = visit.request_id
        harden(response, secure=self.settings.secure)
        seconds = time.monotonic() - started
        # A client may invent methods, but not label values.
        method = request.method if request.method in _METHODS else "other"
        REQUEST_SECONDS.labels(method, visit.template, str(response.status_code)).observe(seconds)
        _log.info(
            "request",
            method=method,
            route=visit.template,
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
            request_id=visit.request_id,
        )
        return response

    def _answer(self, visit: Visit) -> Response:
        try:
            return self._dispatch(visit)
        except Problem as problem:
            response = problem_response(problem, visit.language)
        except HTTPException as error:
            response = problem_response(_from_werkzeug(error), visit.language)
        except Exception:  # noqa: BLE001 - the edge: whatever it was, nobody outside sees more than "500"
            _log.exception("request_failed", route=visit.template, request_id=visit.request_id)
            failed = Problem(500, "internal_error", "something went wrong here; it was logged")
            failed.extra["request_id"] = visit.request_id
            response = problem_response(failed, visit.language)
        return response

    def _dispatch(self, visit: Visit) -> Response:
        request = visit.request
        visit.client = client_address(request, self.settings.trusted_proxies)
        if not is_ours(request.path):
            visit.template = "(page)"
            return self.site.handle(request)
        if request.method == "OPTIONS":
            return Response(status=204, headers={"Allow": ", ".join(self.routes.allowed(request.path))})
        route, visit.path_values = self.routes.match(request)
        visit.template = route.path
        if route.rate:
            self._limits[route.rate].take(visit.client)
        visit.actor = actor_of(request, self.verifier)
        if route.local is None:
            return forward(self.desk, visit, route)
        require(visit, route)
        visit.query(route)
        return route.local(self.desk, visit, route)


def require(visit: Visit, route: Route) -> None:
    """For what the gateway answers itself; operations of services check for themselves."""
    if route.public:
        return
    if visit.actor is ANONYMOUS:
        raise unauthenticated()
    if route.permission is None:
        raise forbidden("nobody may do this")
    visit.actor.require(route.permission)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _from_werkzeug(error: HTTPException) -> Problem:
    """What werkzeug or a page raised. Its own words are fit to show: they hold no values."""
    code = (error.name or "error").lower().replace(" ", "_")
    return Problem(error.code or 500, code, error.description or error.name or "")
