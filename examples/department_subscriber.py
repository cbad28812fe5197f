"""A department's side of a queue subscription: keeps its own copy of its cases, and never counts one twice.

    python department_subscriber.py --amqp amqp://user:password@host/ --queue department.x --db x.sqlite

Events arrive at least once and in order per case. So that nothing is lost and nothing counts twice:

- an event is stored under its id, and one that is known already changes nothing;
- a case is brought forward only by an event later in its stream than the last one applied;
- a message is acknowledged after the commit, never before: what a crash leaves unacknowledged comes again.

Needs nothing of the platform but the queue: Python and pika.
"""

from __future__ import annotations

import argparse
import json
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pika
from pika.exceptions import AMQPConnectionError, ChannelClosedByBroker

BATCH = 100
"""Messages per commit. The broker hands out no more than this before we acknowledge."""
QUIET_SECONDS = 0.2
"""After this long without another message what is there is committed."""
LONGEST_PAUSE = 30.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    id TEXT PRIMARY KEY,
    stream TEXT NOT NULL,
    streamversion INTEGER NOT NULL,
    case_no TEXT,
    type TEXT NOT NULL,
    time TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_stream ON event (stream, streamversion);
CREATE TABLE IF NOT EXISTS cases (
    stream TEXT PRIMARY KEY,
    case_no TEXT NOT NULL,
    item_name TEXT,
    status TEXT,
    streamversion INTEGER NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS unreadable (body BLOB NOT NULL, error TEXT NOT NULL);
"""


class Copy:
    """The department's own database."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file)
        self._db.executescript(SCHEMA)

    def take(self, bodies: list[bytes]) -> int:
        """Store a batch in one transaction; answers how many events were new."""
        with self._db:
            return sum(self._take_one(body) for body in bodies)

    def _take_one(self, body: bytes) -> int:
        try:
            event = json.loads(body)
            row = (event["id"], event["stream"], int(event["streamversion"]), event["type"], event["time"])
            data = event["data"]
        except (ValueError, KeyError, TypeError) as error:
            # Kept for a person to look at. To refuse it would bring it back for ever.
            self._db.execute("INSERT INTO unreadable VALUES (?, ?)", (body, repr(error)))
            return 0
        case = data.get("case") or {}
        identifier, stream, version, kind, moment = row
        stored = self._db.execute(
            "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (identifier, stream, version, case.get("case_no"), kind, moment, body.decode()),
        )
        if stored.rowcount == 0:
            return 0
        if kind.startswith("case.") and case.get("case_no"):
            self._bring_forward(stream, version, moment, case, data)
        return 1

    def _bring_forward(
        self, stream: str, version: int, moment: str, case: Mapping[str, Any], data: Mapping[str, Any]
    ) -> None:
        """Only forward: during a replay older events pass by, and none of them may turn a case back."""
        self._db.execute(
            "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE SET"
            " status = excluded.status, streamversion = excluded.streamversion,"
            " changed_at = excluded.changed_at WHERE excluded.streamversion > cases.streamversion",
            (stream, case["case_no"], case.get("item_name"), data.get("status"), version, moment),
        )

    def close(self) -> None:
        self._db.close()


class Subscriber:
    """Consumes one queue into a copy, reconnecting for as long as it is not told to stop."""

    def __init__(self, url: str, queue: str, copy: Copy, until_quiet: float | None) -> None:
        self._url = url
        self._queue = queue
        self._copy = copy
        self._until_quiet = until_quiet
        self._stopping = False
        self._done = False

    def stop(self, signum: int, frame: FrameType | None) -> None:
        self._stopping = True

    def run(self) -> None:
        pause = 1.0
        while not self._stopping and not self._done:
            began = time.monotonic()
            try:
                self._consume()
            except ChannelClosedByBroker as error:
                if error.reply_code in (403, 404):
                    raise SystemExit(
                        f"the queue {self._queue!r} can't be read: {error.reply_text}"
                    ) from error
                print(f"the channel was closed: {error!r}", file=sys.stderr)
            except AMQPConnectionError as error:
                print(f"no connection: {error!r}", file=sys.stderr)
            pause = 1.0 if time.monotonic() - began > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            self._wait(pause)

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._stopping and not self._done and time.monotonic() < end:
            time.sleep(0.1)

    def _consume(self) -> None:
        place = pika.URLParameters(self._url)
        place.virtual_host = place.virtual_host or "/"  # what other clients mean by an empty one
        connection = pika.BlockingConnection(place)
        try:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=BATCH)
            self._read(channel)
        finally:
            if connection.is_open:
                connection.close()

    def _read(self, channel: Any) -> None:
        waiting: list[bytes] = []
        last_tag, quiet_since = 0, time.monotonic()
        for method, _, body in channel.consume(self._queue, inactivity_timeout=QUIET_SECONDS):
            if method is not None:
                waiting.append(body)
                last_tag, quiet_since = method.delivery_tag, time.monotonic()
            if waiting and (method is None or len(waiting) >= BATCH):
                new = self._copy.take(waiting)
                channel.basic_ack(last_tag, multiple=True)
                print(f"{len(waiting)} events, {new} of them new", flush=True)
                waiting = []
            quiet = self._until_quiet is not None and time.monotonic() - quiet_since > self._until_quiet
            if self._stopping or (quiet and not waiting):
                self._done = True
                channel.cancel()
                return


def main() -> None:
    parser = argparse.ArgumentParser(description="Keep a copy of a department's cases.")
    parser.add_argument("--amqp", required=True, help="amqp://user:password@host/")
    parser.add_argument("--queue", required=True, help="the `queue` of the subscription")
    parser.add_argument("--db", required=True, type=Path, help="the SQLite file of the copy")
    parser.add_argument("--until-quiet", type=float, help="end after so many seconds without an event")
    given = parser.parse_args()
    copy = Copy(given.db)
    subscriber = Subscriber(given.amqp, given.queue, copy, given.until_quiet)
    signal.signal(signal.SIGTERM, subscriber.stop)
    signal.signal(signal.SIGINT, subscriber.stop)
    try:
        subscriber.run()
    finally:
        copy.close()


if __name__ == "__main__":
    main()
