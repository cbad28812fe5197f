"""The provider behind HTTP: each answer is one of the closed set of outcomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from services.notify.gateways.gateway import Outgoing, Verdict
from services.notify.gateways.http import HttpGateway

MESSAGE = Outgoing("sms", "13812345678", "标题", "正文", "138****5678", "正文")


class Provider:
    def __init__(self) -> None:
        self.status, self.body = 200, {"reference": "p-1"}
        self.seen: list[tuple[str, str, dict[str, str], Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                sent = json.loads(self.rfile.read(length)) if length else None
                outer.seen.append((self.command, self.path, dict(self.headers.items()), sent))
                if outer.status == 0:  # hangs up with the request read
                    self.close_connection = True
                    return
                body = json.dumps(outer.body).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _answer

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.gateway = HttpGateway(f"http://127.0.0.1:{self.server.server_port}/v1/", "token-1")
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.SENT),
        (202, Verdict.SENT),
        (400, Verdict.FAILED),
        (422, Verdict.FAILED),
        (429, Verdict.RETRY),
        (503, Verdict.RETRY),
        (408, Verdict.UNKNOWN),
        (500, Verdict.UNKNOWN),
        (504, Verdict.UNKNOWN),
        (302, Verdict.UNKNOWN),
        (0, Verdict.UNKNOWN),
    ],
)
def test_what_follows_from_an_answer_to_send(provider: Provider, status: int, verdict: Verdict) -> None:
    provider.status = status
    assert provider.gateway.send(MESSAGE, "key-1").verdict is verdict


def test_the_request_carries_the_key_and_the_whole_message(provider: Provider) -> None:
    assert provider.gateway.send(MESSAGE, "key-1").reference == "p-1"
    [(method, path, headers, body)] = provider.seen
    assert (method, path) == ("POST", "/v1/messages")
    assert headers["Idempotency-Key"] == "key-1" and headers["Authorization"] == "Bearer token-1"
    assert body == {"channel": "sms", "to": "13812345678", "title": "标题", "body": "正文"}


@pytest.mark.parametrize(
    ("status", "state", "verdict"),
    [
        (404, "", Verdict.ABSENT),
        (200, "sent", Verdict.SENT),
        (200, "failed", Verdict.FAILED),
        (200, "queued", Verdict.UNKNOWN),
        (500, "sent", Verdict.UNKNOWN),
    ],
)
def test_what_follows_from_an_answer_to_status(
    provider: Provider, status: int, state: str, verdict: Verdict
) -> None:
    provider.status, provider.body = status, {"state": state}
    assert provider.gateway.status("key-1").verdict is verdict
    assert provider.seen[0][:2] == ("GET", "/v1/messages/key-1")


def test_a_provider_that_is_not_there_is_unknown_for_status() -> None:
    assert HttpGateway("http://127.0.0.1:1").status("key-1").verdict is Verdict.UNKNOWN
