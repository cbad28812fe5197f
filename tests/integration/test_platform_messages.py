"""The same small platform on the embedded broker and on RabbitMQ: what a service may rely on in both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kombu import Queue

from shared.messaging.connection import connect
from shared.messaging.rpc_reply import TRANSIENT
from shared.messaging.topology import RPC

Seen = dict[str, Any]


@pytest.fixture
def seen(broker_url: str, toy_environment: dict[str, str]) -> Seen:
    """What the scenario saw, and, on a real broker, how its questions were sent."""
    if broker_url.startswith("yiwang-memory"):
        return run_scenario(broker_url, toy_environment)
    with questions_overheard(broker_url) as modes:
        found = run_scenario(broker_url, toy_environment)
    return found | {"question_modes": modes}


def run_scenario(broker_url: str, toy_environment: dict[str, str]) -> Seen:
    done = subprocess.run(
        [sys.executable, "-m", "shared.testing.toy.scenario"],
        env=os.environ | toy_environment | {"YIWANG_AMQP_URL": broker_url},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    found: Seen = json.loads(done.stdout)
    return found


@contextmanager
def questions_overheard(url: str) -> Iterator[list[int]]:
    """Delivery modes of the questions asked in the meantime, filled in at the end."""
    modes: list[int] = []
    with connect(url) as connection, connection.channel() as channel:
        tap = Queue("", exchange=RPC, routing_key="*.*", exclusive=True)(channel)
        tap.declare()
        yield modes
        while (message := tap.get(no_ack=True)) is not None:
            modes.append(message.properties["delivery_mode"])


def test_calls_and_events_arrive_whatever_the_broker_does(seen: Seen) -> None:
    assert seen["published"] == ["grey", "white"]
    assert seen["two_hops"] == {"grey": 1, "white": 1}, "front asked teller, teller asked keeper"
    assert seen["duplicate"] == ["grey", "white", "after-duplicates"], "each event is applied once"
    assert seen["lost"][-1] == "lost", "what the broker swallowed was pulled from the owner's feed"
    assert seen["malformed"]["told"][-1] == "after-rubbish", "rubbish holds nobody up"
    assert (seen["malformed"]["dead"], seen["malformed"]["left"]) == (4, 0), "and waits for a person"
    assert seen["parallel"] == 100, "more chains than workers, and none waits for ever"
    assert seen["status"] == {"consuming": True, "stopped": {}, "parked": []}
    assert [each[:2] for each in seen["problem"]] == [
        [500, "internal_error"],
        [409, "no_red"],
        [422, "invalid_fields"],
        [400, "idempotency_key_required"],
        [410, "unknown_cursor"],
        [404, "not_found"],
    ]
    assert set(seen.get("question_modes", [TRANSIENT])) == {TRANSIENT}, (
        "no question waits for the broker's disk"
    )
    assert "secret" not in seen["problem"][0][2], "a bug's details stay inside"
    assert seen["nobody"][:2] == [503, "service_unavailable"], "a service that isn't there is said at once"
