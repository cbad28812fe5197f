"""Appends to `cases` at a steady rate in one green process with its ticker, its projector and its relay.

Arguments: DSN, events per second, seconds. Says in one line of JSON when each event was stored: a list of
[stream, version, seconds of the monotonic clock], which is the same clock in every process.
"""

from __future__ import annotations

from shared.runtime.green import make_green

make_green()

import json  # noqa: E402
import sys  # noqa: E402
from threading import Event, Thread  # noqa: E402
from time import monotonic, sleep  # noqa: E402
from typing import Any, cast  # noqa: E402

from benchmarks.appending import Appender  # noqa: E402
from services.cases import SERVICE  # noqa: E402
from shared.clock import SystemClock  # noqa: E402
from shared.database.pool import Database  # noqa: E402
from shared.eventstore.postgres import PostgresEventStore  # noqa: E402
from shared.eventstore.ticker import Ticker  # noqa: E402
from shared.messaging.connection import connect  # noqa: E402
from shared.messaging.publisher import KombuPublisher  # noqa: E402
from shared.messaging.relay import Relay  # noqa: E402
from shared.readmodel.projector import ProjectorLoop  # noqa: E402
from shared.service.application import Application  # noqa: E402

GREENLETS = 8
_PLACE = "SELECT cursor FROM checkpoints WHERE subscriber = 'work_list' AND category = 'case'"


def _await_end(app: Application) -> None:
    """Until the work list shows what was stored last."""
    store, end = app.store, monotonic() + 30
    while monotonic() < end:
        store.tick()  # what no tick shows is not in the page, nor missed from it
        ((place,),) = [row.values() for row in app.db.fetch(_PLACE)]
        page = store.read_feed(place, category="case", limit=1)
        if not page.events and page.head_at is not None:
            return
        sleep(0.05)


def main(dsn: str, rate: float, seconds: float) -> None:
    db, clock = Database(dsn, size=20), SystemClock()
    app = Application("cases", clock, db, PostgresEventStore(db, "cases", clock), cast(Any, None))
    relay = Relay(app, SERVICE, KombuPublisher(lambda: connect("yiwang-memory://latency")))
    stop, writing = Event(), Event()
    loops = [
        Thread(target=run, args=(stop,), daemon=True)
        for run in (Ticker(app.store).run, ProjectorLoop(app, SERVICE).run, relay.run)
    ]
    appender = Appender(app.store, rate)
    writers = [Thread(target=appender.run, args=(writing,), daemon=True) for _ in range(GREENLETS)]
    for thread in [*loops, *writers]:
        thread.start()
    until = monotonic() + seconds
    while monotonic() < until:
        sleep(0.1)
    writing.set()
    for thread in writers:
        thread.join(10)
    _await_end(app)
    stop.set()
    sleep(0.1)  # the observer's last look
    print(json.dumps(appender.stored), file=sys.__stdout__)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3]))
