"""What a page handler gets, and how it answers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from werkzeug import Request, Response
from werkzeug.utils import redirect

from services.gateway.pages.navigation import navigation
from services.gateway.pages.session import Session
from services.gateway.pages.trouble import Trouble
from shared.clock import LEGAL_ZONE
from shared.domain.erased import ERASED
from shared.files.store import FileStore
from shared.problems import Problem
from shared.security.actor import Actor
from shared.service.call import Answer
from shared.web.idempotency import is_key
from shared.web.json_body import check_storable

Handler = Callable[..., Response]


@lru_cache
def _texts(language: str) -> Mapping[str, str]:
    name = "en.toml" if language == "en" else "zh.toml"
    tables = tomllib.loads(files(__package__).joinpath("texts", name).read_text("utf-8"))
    return {f"{group}.{key}": text for group, entries in tables.items() for key, text in entries.items()}


def text(language: str, key: str, **values: Any) -> str:
    """The text of a key such as `status.accepted`; a key nobody translated is shown as it is."""
    found = _texts(language).get(key)
    return found.format(**values) if found is not None else key.rpartition(".")[2]


@dataclass
class Page:
    """One request for one page: the questions it may ask, and the template it ends in."""

    request: Request
    app: Any
    session: Session
    files: FileStore
    file_limit: int
    """Bytes that one uploaded file may have."""

    @property
    def actor(self) -> Actor:
        return self.session.actor

    def ask(
        self,
        service: str,
        operation: str,
        *,
        params: dict[str, Any] | None = None,
        body: dict[str, Any] | None = None,
        key: str | None = None,
    ) -> Answer:
        """An operation, in the name of who is looking. Raises `Problem`; blocks for one RPC.

        A read waits for what this browser itself wrote a moment ago.
        """
        asked = {name: str(value) for name, value in (params or {}).items() if value not in (None, "")}
        check_storable({**asked, **(body or {})})
        answer: Answer = self.app.remote.call(
            service,
            operation,
            actor=self.actor,
            params=asked,
            body=body,
            key=key,
            after_token=self.session.written if body is None else None,
            language=self.session.language,
        )
        if body is not None and answer.token:
            self.session.wrote(answer.token)
        return replace(answer, value=self._in_words(answer.value))

    def _in_words(self, value: Any) -> Any:
        """Erased values stand there in the reader's language."""
        if value == ERASED:
            return self.t("case.erased")
        if isinstance(value, dict):
            return {name: self._in_words(held) for name, held in value.items()}
        return [self._in_words(held) for held in value] if isinstance(value, list) else value

    def ask_or(self, fallback: Any, service: str, operation: str, **asked: Any) -> Any:
        """For what a page can do without: the value, or `fallback` when the service won't say."""
        try:
            return self.ask(service, operation, **asked).value
        except Problem:
            return fallback

    def t(self, key: str, **values: Any) -> str:
        return text(self.session.language, key, **values)

    def word(self, group: str, code: str, otherwise: str) -> str:
        """The word for a code of an open set, or `otherwise` for a code nobody has translated."""
        key = f"{group}.{code}"
        return self.t(key) if key in _texts(self.session.language) else otherwise

    def trouble(
        self,
        problem: Problem | None,
        fields: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> Trouble | None:
        """What went wrong in the reader's words; `fields` says which input stands for which field path."""
        return Trouble.of(problem, self.word, fields or {}, labels) if problem else None

    def here(self, **changes: str | None) -> str:
        """This page's address with other query parameters; a None takes one away. A page of a list is
        never kept: what was the third page of one question is no page of another."""
        query = {**self.request.args.to_dict(), "after": None, **changes}
        query = {name: value for name, value in query.items() if value}
        path = self.request.path if self.request.method in ("GET", "HEAD") else self.came_from()
        return f"{path}?{urlencode(query)}" if query else path

    def came_from(self) -> str:
        """Where the form of a posted action stands: its own address can't be opened."""
        path = self.request.path
        if path.startswith("/office/operations/") and path.endswith("/resume"):
            return "/office/operations"
        return path.rsplit("/", 1)[0] if "/cases/" in path else path

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        html = (
            _environment()
            .get_template(template)
            .render(
                t=self.t,
                word=self.word,
                here=self.here,
                language=self.session.language,
                session=self.session,
                actor=self.actor,
                request=self.request,
                key=uuid4().hex,
                when=self.when,
                day=self.day,
                guard=self.guard,
                navigation=navigation,
                new_key=lambda: uuid4().hex,
                **values,
            )
        )
        response = Response(html, status=status, content_type="text/html; charset=utf-8")
        # Nobody who comes to the same computer later finds it with the back button.
        response.headers["Cache-Control"] = "no-store" if self.session.signed_in else "private, no-cache"
        return response

    def guard(self) -> Markup:
        """The hidden field every form carries."""
        return Markup('<input type="hidden" name="_guard" value="{}">').format(self.session.guard)

    def go(self, where: str) -> Response:
        """See other: after a form is done, so that reloading doesn't send it again."""
        answer: Response = redirect(where, 303)
        return answer

    def form(self) -> dict[str, str]:
        """The posted form, after its guard was checked."""
        self.session.check_guard(self.request.form.get("_guard"))
        return {
            name: value.strip()
            for name, value in self.request.form.items()
            if not name.startswith("_") and value.strip()
        }

    @property
    def posted_key(self) -> str:
        """The idempotency key the form was rendered with: sending it twice does it once."""
        key = self.request.form.get("_key") or uuid4().hex
        if not is_key(key):
            raise Problem(400, "malformed_idempotency_key", "the form's key is not one that we gave out")
        return key

    def when(self, moment: str | None) -> str:
        """An ISO time as the reader's legal zone writes it, to the minute."""
        if not moment:
            return "—"
        return datetime.fromisoformat(moment).astimezone(LEGAL_ZONE).strftime("%Y-%m-%d %H:%M")

    def day(self, moment: str | None) -> str:
        return self.when(moment)[:10]


def yuan(fen: int | str) -> str:
    """12345 fen as `123.45`."""
    whole, cents = divmod(int(fen), 100)
    return f"{whole}.{cents:02d}"


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.gateway.pages"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # as people read it
    environment.filters["pair"] = lambda code, group, t: (code, t(f"{group}.{code}"))
    environment.filters["named"] = lambda rows: [(row["code"], row["name"]) for row in rows]
    environment.filters["yuan"] = yuan
    return environment
