"""The contract, for programs and for people: `/openapi.json`, `/asyncapi.json` and `/docs`."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from services.gateway.openapi.document import openapi_document
from services.gateway.openapi.reference import reference_page
from services.gateway.routes.route import Route
from services.gateway.visit import Visit
from shared.registry.asyncapi import document as asyncapi_document

if TYPE_CHECKING:
    from services.gateway.desk import Desk


@lru_cache(maxsize=4)
def _document(table: tuple[Route, ...], public_url: str) -> bytes:
    # What isn't JSON in it is the bound of a decimal.
    return json.dumps(openapi_document(table, public_url), ensure_ascii=False, default=float).encode()


@lru_cache(maxsize=4)
def _reference(table: tuple[Route, ...], public_url: str, language: str) -> bytes:
    return reference_page(json.loads(_document(table, public_url)), language).encode()


def openapi_json(desk: Desk, visit: Visit, route: Route) -> Response:
    return _cached(visit, _document(desk.table, desk.settings.public_url), "application/json")


@lru_cache(maxsize=1)
def _events() -> bytes:
    return json.dumps(asyncapi_document(), ensure_ascii=False).encode()


def asyncapi_json(desk: Desk, visit: Visit, route: Route) -> Response:
    return _cached(visit, _events(), "application/json")


def docs(desk: Desk, visit: Visit, route: Route) -> Response:
    page = _reference(desk.table, desk.settings.public_url, visit.language)
    return _cached(visit, page, "text/html; charset=utf-8")


def stylesheet(desk: Desk, visit: Visit, route: Route) -> Response:
    sheet = files("services.gateway.openapi").joinpath("templates/reference.css").read_bytes()
    return _cached(visit, sheet, "text/css; charset=utf-8")


def _cached(visit: Visit, body: bytes, content_type: str) -> Response:
    """Asked again on every use, answered 304 while nothing has changed."""
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language"
    response.set_etag(sha256(body).hexdigest()[:32])
    return response.make_conditional(visit.request)
