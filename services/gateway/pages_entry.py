"""Where everything that isn't the API goes: the server-rendered pages, when they are installed."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from werkzeug.wrappers import Request, Response

from services.gateway.settings import GatewaySettings
from shared.problems import Problem
from shared.service.application import Application

_PAGES = "services.gateway.pages"


class Pages(Protocol):
    def handle(self, request: Request) -> Response: ...


class PlainPages:
    """A gateway without pages says where the API is."""

    def handle(self, request: Request) -> Response:
        if request.path != "/":
            raise Problem(404, "not_found", "there is nothing at this path")
        text = "Yiwang 一网\n\nAPI: /docs, /openapi.json\n"
        return Response(text, content_type="text/plain; charset=utf-8")


def load_site(app: Application, settings: GatewaySettings) -> Pages:
    if find_spec(_PAGES) is None or find_spec(f"{_PAGES}.site") is None:
        return PlainPages()
    site: Pages = import_module(f"{_PAGES}.site").Site(app, settings)
    return site
