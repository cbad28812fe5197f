"""Who is looking at a page: tokens in cookies, renewed when they ran out, and the form guard.

The cookies are HttpOnly and SameSite=Lax. Every form carries a second copy of a random cookie
(double submit), so another site can't post in somebody's name.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from werkzeug import Request, Response

from services.gateway.authenticate import person_of
from shared.problems import Problem, forbidden
from shared.security.actor import ANONYMOUS, Actor
from shared.web.language import best_language

ACCESS, REFRESH, GUARD, LANGUAGE = "yw_access", "yw_refresh", "yw_guard", "yw_lang"
WRITTEN = "yw_written"
_TOKEN = re.compile(r"[a-z_]{1,40}:[0-9]{1,19}")
_REFRESH_SECONDS = 12 * 3600
_WRITTEN_SECONDS = 20
"""How long a browser's next reads wait for its own write; by then it is long applied."""


@dataclass
class Session:
    """What the cookies say, and what they shall say after this request."""

    actor: Actor = ANONYMOUS
    guard: str = ""
    language: str = "zh-CN"
    secure: bool = False
    written: str | None = None
    """Token of the last write this browser made."""
    changes: dict[str, str | None] = field(default_factory=dict)

    @property
    def signed_in(self) -> bool:
        return self.actor is not ANONYMOUS

    def sign_in(self, tokens: dict[str, Any]) -> None:
        self.changes[ACCESS] = tokens["access_token"]
        self.changes[REFRESH] = tokens["refresh_token"]

    def sign_out(self) -> None:
        """Forgets who it was; what is rendered from here on is a stranger's page."""
        self.actor = ANONYMOUS
        self.changes[ACCESS] = self.changes[REFRESH] = self.changes[WRITTEN] = None

    def wrote(self, token: str) -> None:
        self.written = self.changes[WRITTEN] = token

    def check_guard(self, given: str | None) -> None:
        """Refuse a form that this site did not render for this browser."""
        if not self.guard or not given or not hmac.compare_digest(self.guard.encode(), given.encode()):
            raise forbidden("the form is out of date; open the page again")

    def save(self, response: Response) -> Response:
        for name, value in self.changes.items():
            if value is None:
                response.delete_cookie(name, httponly=True, samesite="Lax", secure=self.secure)
                continue
            seconds = _WRITTEN_SECONDS if name == WRITTEN else _REFRESH_SECONDS
            response.set_cookie(
                name, value, max_age=seconds, httponly=True, samesite="Lax", secure=self.secure
            )
        return response


def open_session(request: Request, *, secure: bool = False) -> Session:
    """Read the cookies, but not yet who it is (`recognise`). `secure`: people reach us over TLS."""
    session = Session(
        guard=request.cookies.get(GUARD, ""),
        language=_language(request),
        secure=secure or request.scheme == "https",
        written=_token(request.cookies.get(WRITTEN)),
    )
    if request.args.get("lang") in ("zh-CN", "en"):
        session.changes[LANGUAGE] = session.language
    if not session.guard:
        session.guard = session.changes[GUARD] = token_urlsafe(24)
    return session


def recognise(session: Session, request: Request, app: Any) -> None:
    """Who it is; an access token that ran out is renewed with the refresh token.

    May block for one RPC (the renewal). A token nobody accepts signs the browser out.
    """
    access, refresh = request.cookies.get(ACCESS), request.cookies.get(REFRESH)
    if not access:
        return
    verifier = app.parts["tokens"]
    try:
        session.actor = person_of(access, verifier)
        return
    except Problem:
        if not refresh:
            session.sign_out()
            return
    try:
        answer = app.remote.call("identity", "refresh", actor=ANONYMOUS, body={"refresh_token": refresh})
    except Problem as problem:
        if problem.status >= 500:
            raise
        session.sign_out()
        return
    session.sign_in(answer.value)
    session.actor = person_of(answer.value["access_token"], verifier)


def _language(request: Request) -> str:
    chosen = request.args.get("lang") or request.cookies.get(LANGUAGE)
    if chosen in ("zh-CN", "en"):
        return chosen
    return best_language(request.headers.get("Accept-Language"))


def _token(given: str | None) -> str | None:
    """A cookie is the browser's to change: what can't be a token is none."""
    return given if given and _TOKEN.fullmatch(given) else None
