"""One process of a stack whose latency is measured: `appends`, `relays` or `follows`.

Arguments: role, broker, DSN of cases, DSN of supervision, events per second, seconds. `appends` ends by
itself and says what it stored as `embedded_latency.py` does; the others run until they are terminated.
"""

from __future__ import annotations

import sys

from shared.runtime.green import make_green

if sys.argv[1] == "follows":  # a service's process is green, a relay's is not
    make_green()

import json
from functools import partial
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any, cast

from benchmarks.appending import Appender
from services.cases import SERVICE as CASES
from services.supervision import SERVICE as SUPERVISION
from shared.clock import SystemClock
from shared.database.pool import Database
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.ticker import Ticker
from shared.messaging.connection import connect
from shared.messaging.following import Following
from shared.messaging.published import feed_page
from shared.messaging.publisher import KombuPublisher
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscriber
from shared.readmodel.consumer import find_consumer
from shared.service.application import Application

WRITERS = 8
LOOK = 0.01
"""Seconds between a relay's looks for ticks of others, as `yiwang relay` has it."""


def application(name: str, dsn: str) -> Application:
    db, clock = Database(dsn, size=20), SystemClock()
    return Application(name, clock, db, PostgresEventStore(db, name, clock), cast(Any, None))


def append(cases: Application, rate: float, seconds: float) -> None:
    stop, ended = Event(), Event()
    Thread(target=Ticker(cases.store).run, args=(ended,), daemon=True).start()
    appender = Appender(cast(PostgresEventStore, cases.store), rate)
    writers = [Thread(target=appender.run, args=(stop,), daemon=True) for _ in range(WRITERS)]
    for thread in writers:
        thread.start()
    until = monotonic() + seconds
    while monotonic() < until:
        sleep(0.1)
    stop.set()
    for thread in writers:
        thread.join(10)
    sleep(1.0)  # the ticker shows the last ones
    print(json.dumps(appender.stored), file=sys.__stdout__)


def relay(cases: Application, url: str) -> None:
    stop = Event()
    Thread(target=Ticker(cases.store, look=LOOK).run, args=(stop,), daemon=True).start()
    Relay(cases, CASES, KombuPublisher(partial(connect, url))).run(stop)


def follow(cases: Application, supervision: Application, url: str) -> None:
    consumer = find_consumer(supervision, SUPERVISION, "case_clock")

    def pull(category: str, after: str, limit: int) -> dict[str, object]:
        return feed_page(cases.store, CASES, category, after, limit)

    subscriber = Subscriber(supervision, consumer, "cases", pull)
    Following(supervision, subscriber, "cases", url).run(Event())


def main(role: str, url: str, cases_dsn: str, supervision_dsn: str, rate: str, seconds: str) -> None:
    cases = application("cases", cases_dsn)
    if role == "appends":
        append(cases, float(rate), float(seconds))
    elif role == "relays":
        relay(cases, url)
    else:
        follow(cases, application("supervision", supervision_dsn), url)


if __name__ == "__main__":
    main(*sys.argv[1:])
