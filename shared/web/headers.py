"""Headers that every answer carries, and the request id that ties its log lines together."""

from __future__ import annotations

import re
from uuid import uuid4

from werkzeug.wrappers import Request, Response

REQUEST_ID = "X-Request-Id"
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")


def request_id(request: Request) -> str:
    """The caller's own, if it can stand in a log line as it is; else a new one."""
    given = request.headers.get(REQUEST_ID, "")
    return given if _REQUEST_ID.match(given) else uuid4().hex


def harden(response: Response, *, secure: bool) -> None:
    """Security headers; one that the answer already carries is kept. `secure`: we are behind TLS."""
    is_page = (response.mimetype or "").startswith("text/html")
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Content-Security-Policy": PAGE_POLICY if is_page else API_POLICY,
    }
    if secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    for name, value in wanted.items():
        response.headers.setdefault(name, value)
