"""Speaks the HTTP API as any outside program does: bearer token, idempotency keys, problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

PREFIX = "/api/v1"


class ApiProblem(Exception):
    """The server's problem document; status 0 and code `unreachable` when there was no answer at all.

    After `unreachable` a command may have happened: ask again with the same key.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)
        self.status: int = int(document.get("status", 0))
        self.code: str = str(document.get("code", ""))
        self.detail: str = str(document.get("detail", ""))
        self.errors: list[dict[str, str]] = list(document.get("errors", ()))
        named = "; ".join(f"{each['field']}: {each['message']}" for each in self.errors)
        super().__init__(f"{self.status} {self.code}: {self.detail}" + (f" ({named})" if named else ""))


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """A success. `answer["case_no"]` reads the body, which is a JSON object."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.body[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.body.get(name, default)

    @property
    def version(self) -> int | None:
        return self.body.get("version")

    @property
    def token(self) -> str | None:
        """What a read may pass as `after_token` to see this command's effect."""
        return self.body.get("token")


class ApiClient:
    """`base_url` is the gateway's root. Paths without a leading `/api/` or root document are under `/api/v1`.

    Nothing is retried. A command gets a fresh idempotency key unless `key` is given.
    """

    def __init__(
        self,
        base_url: str,
        token: str | None = None,
        *,
        timeout: float = 30.0,
        language: str = "en",
        session: requests.Session | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self.user: dict[str, Any] = {}
        self._timeout = timeout
        self._language = language
        self._session = session or requests.Session()

    def sign_in(self, login: str, password: str, code: str | None = None) -> ApiAnswer:
        """Sign in and use the token from now on. One held so far is dropped first: it may have run out."""
        self.token = None
        body = {"login": login, "password": password} | ({"code": code} if code else {})
        answer = self.post("/sessions", body)
        self.token = str(answer["access_token"])
        self.user = dict(answer.get("user") or {})
        return answer

    def get(self, path: str, **params: Any) -> ApiAnswer:
        """`params` that are None are left out."""
        return self.request("GET", path, params=params)

    def post(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
        if_match: int | None = None,
    ) -> ApiAnswer:
        return self._command("POST", path, body or {}, key, if_match)

    def put(
        self, path: str, body: Mapping[str, Any], key: str | None = None, if_match: int | None = None
    ) -> ApiAnswer:
        return self._command("PUT", path, body, key, if_match)

    def patch(
        self, path: str, body: Mapping[str, Any], key: str | None = None, if_match: int | None = None
    ) -> ApiAnswer:
        return self._command("PATCH", path, body, key, if_match)

    def delete(self, path: str, key: str | None = None, if_match: int | None = None) -> ApiAnswer:
        return self._command("DELETE", path, None, key, if_match)

    def upload(self, file: Path, *, name: str | None = None, key: str | None = None) -> ApiAnswer:
        """`POST /files`, streamed from the disk."""
        headers = {"Idempotency-Key": key or uuid4().hex, "Content-Type": "application/octet-stream"}
        with file.open("rb") as content:
            return self.request(
                "POST", "/files", params={"name": name or file.name}, headers=headers, data=content
            )

    def pages(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, following `next`."""
        after: str | None = params.pop("after", None)
        while True:
            answer = self.get(path, after=after, **params)
            yield from answer["items"]
            after = answer.get("next")
            if not after:
                return

    def request(self, method: str, path: str, **options: Any) -> ApiAnswer:
        """Any request; `options` as of `requests`. Raises `ApiProblem`."""
        headers = {"Accept-Language": self._language, **options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        params = {
            name: value for name, value in (options.pop("params", None) or {}).items() if value is not None
        }
        try:
            response = self._session.request(
                method, self._url(path), headers=headers, params=params, timeout=self._timeout, **options
            )
        except requests.RequestException as error:
            raise ApiProblem({"code": "unreachable", "detail": str(error)}) from error
        return _answer(response)

    def _command(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        key: str | None,
        if_match: int | None,
    ) -> ApiAnswer:
        headers = {"Idempotency-Key": key or uuid4().hex}
        if if_match is not None:
            headers["If-Match"] = f'"{if_match}"'
        json = None if body is None else dict(body)
        return self.request(method, path, json=json, headers=headers)

    def _url(self, path: str) -> str:
        rooted = path.startswith(
            ("/api/", "/livez", "/readyz", "/openapi.json", "/asyncapi.json", "/jwks.json", "/docs")
        )
        return self.base_url + (path if rooted else PREFIX + path)


def _answer(response: requests.Response) -> ApiAnswer:
    try:
        body = response.json() if response.content else {}
    except requests.JSONDecodeError:
        body = {}
    document = body if isinstance(body, dict) else {"items": body}
    if response.status_code >= 400:
        plain = {"status": response.status_code, "code": "no_problem_document", "detail": response.reason}
        raise ApiProblem(plain | document)
    return ApiAnswer(response.status_code, document, response.headers)
