"""A provider behind HTTP: POST {url}/messages with an Idempotency-Key, GET {url}/messages/{key}."""

from __future__ import annotations

from typing import Any

import requests

from services.notify.gateways.gateway import Outcome, Outgoing, Verdict

TIMEOUT = (5, 10)
_COME_BACK = {425, 429, 503}


class HttpGateway:
    """`token` is sent as a bearer token. Redirects are not followed: they would carry the token away."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self._url = url.rstrip("/") + "/messages"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, message: Outgoing, idempotency_key: str) -> Outcome:
        body = {
            "channel": message.channel,
            "to": message.address,
            "title": message.title,
            "body": message.body,
        }
        headers = {**self._headers, "Idempotency-Key": idempotency_key}
        try:
            answer = requests.post(
                self._url, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except requests.ConnectTimeout as error:
            return Outcome(Verdict.RETRY, reason=type(error).__name__)
        except requests.RequestException as error:
            # The connection broke with the request perhaps already read: not known, so not repeated.
            return Outcome(Verdict.UNKNOWN, reason=type(error).__name__)
        return _verdict_of_send(answer)

    def status(self, idempotency_key: str) -> Outcome:
        try:
            answer = requests.get(
                f"{self._url}/{idempotency_key}",
                headers=self._headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return Outcome(Verdict.UNKNOWN, reason=type(error).__name__)
        if answer.status_code == 404:
            return Outcome(Verdict.ABSENT)
        if answer.ok:
            state = _member(answer, "state")
            if state in (Verdict.SENT.value, Verdict.FAILED.value):
                return Outcome(Verdict(state), _member(answer, "reference"), _member(answer, "reason"))
        return Outcome(Verdict.UNKNOWN, reason=f"HTTP {answer.status_code}")


def _verdict_of_send(answer: requests.Response) -> Outcome:
    if 200 <= answer.status_code < 300:
        return Outcome(Verdict.SENT, reference=_member(answer, "reference"))
    reason = f"HTTP {answer.status_code}"
    if answer.status_code in _COME_BACK:
        return Outcome(Verdict.RETRY, reason=reason)
    if 400 <= answer.status_code < 500 and answer.status_code != 408:
        return Outcome(Verdict.FAILED, reason=_member(answer, "reason") or reason)
    return Outcome(Verdict.UNKNOWN, reason=reason)


def _member(answer: requests.Response, name: str) -> str | None:
    try:
        body: Any = answer.json()
    except requests.JSONDecodeError:
        return None
    found = body.get(name) if isinstance(body, dict) else None
    return str(found) if found is not None else None
