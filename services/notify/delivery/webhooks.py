"""Timer: to each department's own address, signed in the manner of Standard Webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic

import requests

from services.notify.application import NotifyApplication
from services.notify.delivery.deliver import Result, Stop, Target, due, step
from services.notify.ledger.page import Entry

BATCH = 50
WORKERS = 4
"""Receivers served at once: a slow one must not make the others wait. Below the pool's connections."""
TIMEOUT = (3.05, 10)
BUDGET_SECONDS = 10.0
"""A step's time for sending; with one more timeout it stays below the idle limit of its transaction."""
_REFUSALS = {400, 409, 413, 422}
_PREFIX = "whsec_"


def new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(secret: str, message_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    """The three headers: the signature covers id, time and body, so none can be exchanged alone."""
    timestamp = str(int(moment.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{digest}"}


def deliver_webhooks(app: NotifyApplication) -> int:
    """One step for each subscription that has something to get. Blocks for the slowest receiver."""
    targets = due(app, "webhook")
    if not targets:
        return 0
    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(lambda target: step(app, target, _sender(app), BATCH), targets))


def _sender(app: NotifyApplication) -> Callable[[Target, Sequence[Entry]], Result]:
    def send(target: Target, entries: Sequence[Entry]) -> Result:
        began = monotonic()
        with requests.Session() as session:
            for number, entry in enumerate(entries):
                if number and monotonic() - began > BUDGET_SECONDS:
                    return Result(number)
                stopped = _post(session, target, entry, app.clock.now())
                if stopped is not None:
                    return Result(number, *stopped)
        return Result(len(entries))

    return send


def _post(
    session: requests.Session, target: Target, entry: Entry, moment: datetime
) -> tuple[Stop, str] | None:
    """None when it arrived. Redirects are not followed: the address was checked, the next one was not."""
    body = json.dumps(entry.cloudevent, ensure_ascii=False).encode()
    headers = sign(target.secret or "", str(entry.cloudevent["id"]), moment, body)
    headers["Content-Type"] = "application/cloudevents+json"
    try:
        answer = session.post(
            target.url or "", data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
        )
    except requests.RequestException as error:
        return Stop.AWAY, type(error).__name__
    if 200 <= answer.status_code < 300:
        return None
    return (Stop.REFUSED if answer.status_code in _REFUSALS else Stop.AWAY), f"HTTP {answer.status_code}"
