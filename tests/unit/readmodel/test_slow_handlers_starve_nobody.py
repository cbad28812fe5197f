"""In a green process a handler that computes or waits for long holds up neither heartbeats nor the others."""

from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import eventlet
eventlet.monkey_patch()
import json, sys
from threading import Event
from time import monotonic, process_time
from types import SimpleNamespace
from uuid import uuid4
from shared.runtime.green import make_green
make_green()
from shared.clock import SystemClock
from shared.database.migrate import migrate
from shared.database.pool import Database
from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.postgres import PostgresEventStore
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.projector import ProjectorLoop
from shared.service.application import Application
from shared.service.spec import ServiceSpec

EVENTS, EACH = 60, 0.04

class Count(ReadModel):
    name, service, sources = "count", "cases", (Source("cases", "case"),)
    ddl = "CREATE TABLE one (n integer)"
    def apply(self, db, events):
        for event in events:
            self.work(db)
            db.execute("INSERT INTO one VALUES (%s)", (event.data["n"],))
    def work(self, db):
        pass

class Computes(Count):
    name = "computes"
    def work(self, db):
        until = process_time() + EACH
        while process_time() < until:
            pass

class Waits(Count):
    name = "waits"
    def work(self, db):
        db.execute("SELECT pg_sleep(%s)", (EACH,))

models = (Computes(), Waits(), Count())
spec = ServiceSpec("cases", "x", categories=("case",), publish=lambda e: e.data, read_models=models)
db, clock = Database(sys.argv[1]), SystemClock()
migrate(db, spec)
app = Application("cases", clock, db, PostgresEventStore(db, "cases", clock), SimpleNamespace())
with app.store.unit_of_work() as unit:
    facts = [NewEvent("case.noted", {"n": n}, clock.now()) for n in range(EVENTS)]
    unit.append(uuid4(), 0, facts, Metadata())
app.store.tick()
def counts():
    return {m.name: db.fetch(f"SELECT count(*) AS n FROM {m.schema}.one")[0]["n"] for m in models}
gaps, stop = [], Event()
def beat():
    last = process_time()
    while not stop.is_set():
        eventlet.sleep(0.01)
        now = process_time()
        gaps.append(now - last)
        last = now
greenlets = [eventlet.spawn(run) for run in (beat, lambda: ProjectorLoop(app, spec).run(stop))]
while (at := counts())["count"] < EVENTS:
    eventlet.sleep(0.01)
when_done, end = at, monotonic() + 60
while (at := counts()) != dict.fromkeys(at, EVENTS) and monotonic() < end:
    eventlet.sleep(0.05)
stop.set()
for greenlet in greenlets:
    greenlet.wait()
print(json.dumps({"when_done": when_done, "end": at, "gap": max(gaps), "whole": EVENTS * EACH}))
"""


def test_heartbeats_and_other_followers_go_on(database_dsn: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, database_dsn],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["end"] == {"computes": 60, "waits": 60, "count": 60}
    assert found["when_done"]["computes"] < 60 and found["when_done"]["waits"] < 60, "the quick one is first"
    # Of processor time, which other work on the machine does not lengthen. In one batch it is all of it.
    assert found["gap"] < found["whole"] / 4, found
