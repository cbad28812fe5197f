"""Signing in and out, registering, and the messages of one's own space."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from werkzeug import Response
from werkzeug.exceptions import MethodNotAllowed

from services.gateway.pages.page import Handler, Page
from shared.problems import Problem

_SAME_WORDS = {"wrong_credentials", "locked", "not_found", "account_closed", "invalid_fields"}
"""Refusals that read the same, so that nobody learns from them whether an account exists."""
_OFFICE_ROLES = {"clerk", "examiner", "approver", "department_head", "hotline_agent"}


def sign_in_first(page: Page) -> Response:
    """To the sign-in page, and from there back to where the reader wanted to go."""
    wanted = page.request.full_path if page.request.query_string else page.request.path
    return page.go(f"/sign-in?next={quote(wanted)}")


def sign_in(page: Page) -> Response:
    after = _safe(page.request.args.get("next", ""))
    if page.request.method != "POST":
        return page.render("sign_in.html", after=after, trouble=None, login="")
    form = page.form()
    credentials: dict[str, Any] = {name: form[name] for name in ("login", "code") if name in form}
    credentials["password"] = page.request.form.get("password", "")
    try:
        answer = page.ask("identity", "sign_in", body=credentials)
    except Problem as problem:
        if problem.status >= 500 or problem.status == 429:
            raise
        return page.render(
            "sign_in.html", 401, after=_safe(form.get("next", "")), login=form.get("login", ""),
            trouble=page.trouble(_veiled(problem)),
        )  # fmt: skip
    page.session.sign_in(answer.value)
    page.session.actor = page.app.parts["tokens"].actor(answer.value["access_token"])
    return page.go(_safe(form.get("next", "")) or home_of(page.actor.roles))


def _veiled(problem: Problem) -> Problem:
    """A wrong name, a wrong password and a locked account look alike."""
    if problem.code in _SAME_WORDS:
        return Problem(401, "wrong_credentials", "login and password don't match")
    return problem


def home_of(roles: frozenset[str]) -> str:
    """Where each role's day begins."""
    if roles & _OFFICE_ROLES:
        return "/office"
    if "supervisor" in roles:
        return "/office/cards"
    if "operator" in roles:
        return "/office/operations"
    return "/my/cases"


def sign_out(page: Page) -> Response:
    if page.request.method != "POST":
        raise MethodNotAllowed
    page.form()
    if page.session.signed_in:
        # Signing out here must work also while the service doesn't answer: the cookies go either way.
        page.ask_or(None, "identity", "sign_out", key=page.posted_key, body={})
    page.session.sign_out()
    return page.go("/")


def register(page: Page) -> Response:
    if page.request.method != "POST":
        return page.render("register.html", form={}, trouble=None)
    form = page.form() | {"password": page.request.form.get("password", "")}
    try:
        page.ask("identity", "register_person", body=form, key=page.posted_key)
        credentials = {"login": form.get("phone", ""), "password": form["password"]}
        answer = page.ask("identity", "sign_in", body=credentials)
    except Problem as problem:
        if problem.status >= 500 or problem.status == 429:
            raise
        form.pop("password")
        return page.render("register.html", problem.status, form=form, trouble=page.trouble(problem))
    page.session.sign_in(answer.value)
    return page.go("/items")


def messages(page: Page) -> Response:
    if not page.session.signed_in:
        return sign_in_first(page)
    answer = page.ask("notify", "inbox", params={"limit": 50, "after": page.request.args.get("after")}).value
    return page.render(
        "messages.html", messages=answer["items"], more=answer.get("next"), unread=answer.get("unread") or 0,
        cases_at="/office/cases" if page.actor.can("cases.work_list") else "/my/cases",
    )  # fmt: skip


def read_message(page: Page, message: str) -> Response:
    if page.request.method != "POST":
        raise MethodNotAllowed
    page.form()
    page.ask("notify", "mark_read", params={"id": message}, body={}, key=page.posted_key)
    return page.go("/my/messages")


def _safe(target: str) -> str:
    """Only a place of our own: never an open redirect. Browsers drop tabs and line breaks and take a
    backslash for a slash, so none of them may stand in it."""
    if not target.startswith("/") or not target.isprintable() or "\\" in target:
        return ""
    parts = urlsplit(target)
    return "" if parts.scheme or parts.netloc or target.startswith("//") else target


PAGES: dict[str, tuple[str, Handler]] = {
    "sign_in": ("/sign-in", sign_in),
    "sign_out": ("/sign-out", sign_out),
    "register": ("/register", register),
    "messages": ("/my/messages", messages),
    "read_message": ("/my/messages/<message>/read", read_message),
}
