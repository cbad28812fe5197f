"""A service's answer as an HTTP response."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from werkzeug.wrappers import Response

from services.gateway.routes.route import Route, path_names
from shared.service.call import Answer
from shared.web.etag import etag


def json_response(value: Any, status: int = 200, cache: str = "no-store") -> Response:
    """`cache` is `no-store` unless what is said is public: nearly every answer is about somebody."""
    body = json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)
    response = Response(body, status=status, content_type="application/json")
    response.headers["Cache-Control"] = cache
    return response


def answer_response(answer: Answer, route: Route) -> Response:
    """`version` and `token` go into the body, the version into `ETag` as well."""
    value = answer.value
    marks = {"version": answer.version, "token": answer.token}
    marks = {name: mark for name, mark in marks.items() if mark is not None}
    if isinstance(value, dict):
        value = value | marks
    elif value is None and marks:
        value = marks
    if value is None:
        response = Response(status=204 if answer.status == 200 else answer.status)
        response.headers["Cache-Control"] = "no-store"
        return response
    response = json_response(value, _status(answer, route))
    if answer.version is not None:
        response.headers["ETag"] = etag(answer.version)
    if route.location and set(path_names(route.location)) <= set(value):
        named = {name: quote(str(value[name]), safe="") for name in path_names(route.location)}
        response.headers["Location"] = route.location.format_map(named)
    return response


def _status(answer: Answer, route: Route) -> int:
    """An operation that doesn't say is answered with what the table promises."""
    return route.status if answer.status == 200 else answer.status


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a JSON answer")
