"""To a department's address: signed, in order per case, retried for as long as the subscription lives."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from notify_kit import Notify, department, subscribe

from services.notify.delivery.webhooks import deliver_webhooks


class Receiver:
    """A department's endpoint over real HTTP; `answer` decides the status of each event."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[dict[str, Any]], int] = lambda event: 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((dict(self.headers.items()), body))
                self.send_response(outer.answer(json.loads(body)))
                self.send_header("Content-Length", "0")
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/events"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def told(self) -> list[str]:
        events = [json.loads(body) for _, body in self.requests]
        return [event["subject"] + event["type"][4:] for event in events]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def made(notify: Notify, receiver: Receiver) -> dict[str, Any]:
    found: dict[str, Any] = subscribe(notify, delivery={"kind": "webhook", "url": receiver.url})
    return found


def _deliver(notify: Notify) -> None:
    notify.project()
    while deliver_webhooks(notify.app):
        pass


def _status(notify: Notify, made: dict[str, Any]) -> Any:
    return notify.call("deliveries", actor=department(), params={"id": made["id"]})


def test_the_signature_can_be_checked_with_the_secret_alone(
    notify: Notify, receiver: Receiver, made: dict[str, Any]
) -> None:
    event = notify.event("case.submitted")
    notify.happen(event)
    _deliver(notify)
    [(headers, body)] = receiver.requests
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(made["secret"].removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-id"] == str(event.id), "stays the same when sent again"
    assert int(headers["webhook-timestamp"]) == int(notify.clock.now().timestamp())


@pytest.mark.parametrize("status", [500, 503, 404, 302, 429])
def test_a_receiver_that_is_away_gets_everything_later_in_order(
    notify: Notify, receiver: Receiver, made: dict[str, Any], status: int
) -> None:
    receiver.answer = lambda event: status
    notify.happen(notify.event("case.submitted"), notify.event("case.accepted"))
    _deliver(notify)
    assert receiver.told() == ["C-1.submitted"], "the next one is not tried before its turn"
    assert _status(notify, made)["last_error"] == f"HTTP {status}"

    receiver.answer = lambda event: 204
    receiver.requests.clear()
    notify.later(seconds=6)
    _deliver(notify)
    assert receiver.told() == ["C-1.submitted", "C-1.accepted"]


def test_it_is_retried_for_as_long_as_the_subscription_lives(
    notify: Notify, receiver: Receiver, made: dict[str, Any]
) -> None:
    receiver.answer = lambda event: 500
    notify.happen(notify.event("case.submitted"))
    for _ in range(60):
        notify.later(hours=1)
        _deliver(notify)
    assert _status(notify, made)["failures"] == 60
    receiver.answer = lambda event: 200
    notify.later(hours=1)
    _deliver(notify)
    assert _status(notify, made)["pending"] == 0


def test_one_refused_event_holds_its_case_and_no_other(
    notify: Notify, receiver: Receiver, made: dict[str, Any]
) -> None:
    receiver.answer = lambda event: 422 if event["subject"] == "A" else 204
    for kind in ("case.submitted", "case.accepted"):
        notify.happen(notify.event(kind, case_no="A"), notify.event(kind, case_no="B"))
    _deliver(notify)
    assert receiver.told() == ["A.submitted", "B.submitted", "B.accepted"]
    status = _status(notify, made)
    assert [held["case_no"] for held in status["held"]] == ["A"]
    assert status["pending"] == 2 and status["delivered"] == 2

    receiver.answer = lambda event: 204
    receiver.requests.clear()
    notify.later(seconds=6)
    notify.happen(notify.event("case.completed", case_no="A"))
    _deliver(notify)
    assert receiver.told() == ["A.submitted", "A.accepted", "A.completed"]
    assert _status(notify, made)["held"] == []


def test_nobody_there_is_away_too(notify: Notify, receiver: Receiver, made: dict[str, Any]) -> None:
    change = {"actor": department(), "params": {"id": made["id"]}}
    notify.call("change_subscription", **change, body={"url": "http://127.0.0.1:1/"})
    notify.happen(notify.event("case.submitted"))
    _deliver(notify)
    assert _status(notify, made)["last_error"] == "ConnectionError"
    notify.call("change_subscription", **change, body={"url": receiver.url})
    notify.later(seconds=6)
    _deliver(notify)
    assert receiver.told() == ["C-1.submitted"]


def test_a_replay_comes_signed_like_the_first_time_and_says_so(
    notify: Notify, receiver: Receiver, made: dict[str, Any]
) -> None:
    notify.happen(notify.event("case.submitted", case_no="A"))
    _deliver(notify)
    params = {"id": made["id"]}
    notify.call("replay", actor=department(), params=params, body={"from": "2025-10-01"})
    notify.happen(notify.event("case.accepted", case_no="A"))
    _deliver(notify)
    assert receiver.told() == ["A.submitted", "A.submitted", "A.accepted"]
    assert [json.loads(body).get("replayed") for _, body in receiver.requests] == [None, True, None]
    first, again, _ = (headers["webhook-id"] for headers, _ in receiver.requests)
    assert first == again
