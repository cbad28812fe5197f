"""Finds the route of a path."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request

from services.gateway.routes.route import Route
from shared.problems import Problem

_OWN_ROOTS = (
    "/api",
    "/livez",
    "/readyz",
    "/openapi.json",
    "/asyncapi.json",
    "/docs",
    "/jwks.json",
    "/.well-known",
    "/oauth2",
)


def is_ours(path: str) -> bool:
    """Whether the path belongs to the API and its companions; everything else is a page."""
    return any(path == root or path.startswith(root + "/") for root in _OWN_ROOTS)


class RouteMap:
    """Exact paths only: no redirects for slashes, since a redirected POST loses its body."""

    def __init__(self, routes: Sequence[Route]) -> None:
        names = [route.name for route in routes]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"routes stand twice in the table: {sorted(twice)}")
        self._map = _map_of(tuple(routes))

    def match(self, request: Request) -> tuple[Route, dict[str, str]]:
        """Raises the 404 or 405 problem. HEAD is matched by GET."""
        if "\ufffd" in request.path:
            raise Problem(400, "invalid_utf8", "the path is not valid UTF-8")
        adapter = self._map.bind("gateway")
        try:
            route, values = adapter.match(request.path, method=request.method)
        except MethodNotAllowed as error:
            allowed = sorted({*(error.valid_methods or ()), "OPTIONS"})
            detail = f"{request.method} is not possible here"
            raise Problem(405, "method_not_allowed", detail, extra={"allow": allowed}) from error
        except (NotFound, RequestRedirect) as error:
            raise Problem(404, "not_found", "there is nothing at this path") from error
        return route, dict(values)

    def allowed(self, path: str) -> list[str]:
        """The methods of a path, for OPTIONS; the 404 problem where there are none."""
        methods = self._map.bind("gateway").allowed_methods(path)
        if not methods:
            raise Problem(404, "not_found", "there is nothing at this path")
        return sorted({*methods, "OPTIONS"})


@cache
def _map_of(routes: tuple[Route, ...]) -> Map:
    """Kept for whoever has the same routes: making one compiles a program for each of them."""
    return Map(
        [Rule(route.rule, methods=[route.method], endpoint=route) for route in routes],
        strict_slashes=True,
        merge_slashes=False,
        redirect_defaults=False,
    )
