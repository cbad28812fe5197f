"""The loops are driven by greenlets in the service processes: none may hold the others up."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import eventlet
eventlet.monkey_patch()
import sys
from threading import Event
from types import SimpleNamespace
from uuid import uuid4
from shared.clock import SystemClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.ticker import Ticker
from shared.eventstore.waiting import wait_for
from shared.messaging.connection import connect
from shared.messaging.publisher import KombuPublisher
from shared.messaging.relay import Relay
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.projector import ProjectorLoop
from shared.service.application import Application
from shared.service.spec import ServiceSpec, Timer
from shared.service.timers import timer_loops

class Count(ReadModel):
    name, service, sources = "count", "cases", (Source("cases", "case"),)
    ddl = "CREATE TABLE one (n integer)"
    def apply(self, db, events):
        for event in events:
            db.execute("INSERT INTO one VALUES (%s)", (event.data["n"],))

ran = []
timer = Timer("t", 0.05, lambda app: ran.append(1) or 0)
spec = ServiceSpec(
    "cases", "x", categories=("case",), publish=lambda e: e.data, read_models=(Count(),), timers=(timer,)
)
db, clock = Database(sys.argv[1]), SystemClock()
migrate(db, spec)
app = Application("cases", clock, db, PostgresEventStore(db, "cases", clock), SimpleNamespace())
relay = Relay(app, spec, KombuPublisher(lambda: connect("yiwang-memory://green")))
stop = Event()
loops = [Ticker(app.store), ProjectorLoop(app, spec), relay, *timer_loops(app, spec)]
greenlets = [eventlet.spawn(loop.run, stop) for loop in loops]
for n in range(20):
    with app.store.unit_of_work() as unit:
        unit.append(uuid4(), 0, [NewEvent("case.noted", {"n": n}, clock.now())], Metadata())
        token = f"cases:{unit.txid}"
    wait_for(app, token, ["count"], 10)
while not relay.leads or not ran:
    eventlet.sleep(0.01)
stop.set()
for greenlet in greenlets:
    greenlet.wait()
print(db.fetch("SELECT count(*) AS n, sum(n) AS total FROM rm_count.one"))
"""


def test_append_tick_project_relay_and_timers_side_by_side(database_dsn):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, database_dsn],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "[{'n': 20, 'total': 190}]" in done.stdout, done.stderr[-3000:]
