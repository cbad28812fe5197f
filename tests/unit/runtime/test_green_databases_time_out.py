"""libpq's connect timeout does not hold in a green process; ours does, and it holds nobody else up."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

PROBE = """
from shared.runtime import green
green.make_green()
green.CONNECT_SECONDS = 0.5
import json, sys, time
import eventlet
from shared.database.pool import Database
from shared.eventstore.errors import StoreUnavailable
ticks = []
def tick():
    while True:
        ticks.append(1)
        eventlet.sleep(0.01)
eventlet.spawn(tick)
began = time.monotonic()
try:
    Database(sys.argv[1]).fetch("SELECT 1")
    outcome = "connected"
except StoreUnavailable:
    outcome = "unavailable"
print(json.dumps([outcome, time.monotonic() - began, len(ticks)]))
"""


def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        dsn = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        done = subprocess.run(
            [sys.executable, "-c", PROBE, dsn], capture_output=True, text=True, timeout=30, check=True
        )
    outcome, seconds, ticks = json.loads(done.stdout)
    assert outcome == "unavailable"
    assert seconds < 10
    assert ticks > 10, "other greenlets ran meanwhile"
