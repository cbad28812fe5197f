"""The site: which page answers which URL."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import structlog
from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from services.gateway.authenticate import client_address
from services.gateway.pages import account, office, portal
from services.gateway.pages.account import sign_in_first
from services.gateway.pages.page import Handler, Page
from services.gateway.pages.session import open_session, recognise
from services.gateway.settings import GatewaySettings
from shared.files.folder import FolderFileStore
from shared.problems import Problem
from shared.web.rate_limit import RateLimit

_STYLE = "text/css; charset=utf-8"
_STATIC = {"site.css": _STYLE, "parts.css": _STYLE, "mark.svg": "image/svg+xml"}
_FILES_PER_FORM = 8
"""So many files of the largest size one posted form may carry."""
PAGES: dict[str, tuple[str, Handler]] = {**portal.PAGES, **account.PAGES, **office.PAGES}
"""endpoint -> (URL rule, handler). A handler takes the Page and the rule's variables."""

_URLS = Map([Rule(rule, endpoint=name) for name, (rule, _) in PAGES.items()], strict_slashes=False)

_log = structlog.get_logger("gateway.pages")


class Site:
    """Everything outside the API. Never raises: what goes wrong becomes a page that says so."""

    def __init__(self, app: Any, settings: GatewaySettings | None = None) -> None:
        self._app = app
        self._settings = settings or GatewaySettings()
        self._files = app.parts.get("files") or FolderFileStore(self._settings.files_dir)
        self._limits = {
            "sign_in": RateLimit(self._settings.sign_in_rate),
            "register": RateLimit(self._settings.sign_in_rate),
            "progress": RateLimit(self._settings.public_query_rate),
        }

    def handle(self, request: Request) -> Response:
        if request.path.startswith("/static/"):
            return _static(request.path.removeprefix("/static/"))
        request.max_content_length = _FILES_PER_FORM * self._settings.file_limit
        session = open_session(request, secure=self._settings.secure)
        page = Page(request, self._app, session, self._files, self._settings.file_limit)
        return session.save(self._answer(page))

    def _answer(self, page: Page) -> Response:
        try:
            recognise(page.session, page.request, self._app)
            name, values = _URLS.bind_to_environ(page.request.environ).match()
            self._take(name, page)
            return PAGES[name][1](page, **values)
        except RequestRedirect as moved:
            return moved.get_response(page.request.environ)
        except NotFound:
            return _missing(page)
        except HTTPException as error:
            code = (error.name or "http").lower().replace(" ", "_")
            return _problem(page, Problem(error.code or 400, code, error.name or ""))
        except Problem as problem:
            return _problem(page, problem)
        except Exception:  # noqa: BLE001 - the edge: whatever it was, nobody outside sees more than "500"
            _log.exception("page_failed", method=page.request.method)
            return _problem(page, Problem(500, "internal_error", "something went wrong here"))

    def _take(self, name: str, page: Page) -> None:
        """Guessing is as slow on a page as it is over the API. Looking at an empty form is free."""
        limit = self._limits.get(name)
        if limit and (page.request.method == "POST" or page.request.args.get("query_code")):
            limit.take(client_address(page.request, self._settings.trusted_proxies))


def _problem(page: Page, problem: Problem) -> Response:
    if problem.status == 401 and page.request.method == "GET":
        return sign_in_first(page)
    if problem.status == 404:
        return _missing(page)
    response = page.render("problem.html", problem.status, trouble=page.trouble(problem), problem=problem)
    if problem.extra.get("retry_after"):
        response.headers["Retry-After"] = str(problem.extra["retry_after"])
    return response


def _missing(page: Page) -> Response:
    return page.render("missing.html", 404)


def _static(name: str) -> Response:
    if name not in _STATIC:
        return Response("not found", 404)
    body = files("services.gateway.pages").joinpath("static", name).read_bytes()
    return Response(body, content_type=_STATIC[name], headers={"Cache-Control": "public, max-age=3600"})
