"""The whole way to a department on a real RabbitMQ: nothing lost, nothing twice, order kept per case."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import pika
import pytest

from shared.messaging.queues import QueuePublisher
from shared.testing.rabbitmq import RabbitNode, installed, private_rabbitmq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/unit/notify"))

from notify_kit import Notify, department, make_notify, subscribe  # noqa: E402

from services.notify.delivery.queues import deliver_queues  # noqa: E402

pytestmark = pytest.mark.skipif(not installed(), reason="apt-get install rabbitmq-server")

KINDS = ("submitted", "accepted", "decided", "completed")


def _waiting(rabbit: RabbitNode, queue: str) -> int:
    """Messages that no consumer has taken yet."""
    place = pika.URLParameters(rabbit.url)
    place.virtual_host = "/"
    connection = pika.BlockingConnection(place)
    try:
        return int(connection.channel().queue_declare(queue, passive=True).method.message_count)
    finally:
        connection.close()


def _take(rabbit: RabbitNode, queue: str) -> list[dict[str, Any]]:
    """Everything in a queue, in order, off it."""
    place = pika.URLParameters(rabbit.url)
    place.virtual_host = "/"
    connection = pika.BlockingConnection(place)
    try:
        channel = connection.channel()
        found = []
        while (message := channel.basic_get(queue, auto_ack=True))[0] is not None:
            found.append(json.loads(message[2]))
        return found
    finally:
        connection.close()


@pytest.fixture(scope="module")
def rabbit() -> Iterator[RabbitNode]:
    with private_rabbitmq() as node:
        yield node


@pytest.fixture
def publisher(rabbit: RabbitNode) -> QueuePublisher:
    return QueuePublisher(rabbit.url)


@pytest.fixture
def notify(database_dsn: str, publisher: QueuePublisher) -> Iterator[Notify]:
    made = make_notify(database_dsn, parts={"queue_publisher": publisher})
    yield made
    made.app.db.close()


class Department:
    def __init__(self, notify: Notify, rabbit: RabbitNode, folder: Path) -> None:
        self.subscription = subscribe(notify, f"bureau-{uuid4().hex[:6]}")
        self.file = folder / "copy.sqlite"
        self._command = [
            sys.executable, str(ROOT / "examples/department_subscriber.py"),
            "--amqp", rabbit.url, "--queue", self.subscription["queue"], "--db", str(self.file),
        ]  # fmt: skip

    def consume(self) -> str:
        """Run the subscriber until its queue is quiet; answers what it printed."""
        ended = subprocess.run(
            [*self._command, "--until-quiet", "1"], capture_output=True, text=True, timeout=60, check=True
        )
        return ended.stdout

    def killed_while_committing(self, rabbit: RabbitNode) -> None:
        """Its file is locked, so it stands before the commit with messages in hand when it is killed."""
        with sqlite3.connect(self.file) as lock:
            lock.execute("BEGIN IMMEDIATE")
            full = _waiting(rabbit, self.subscription["queue"])
            running = subprocess.Popen(self._command)
            end = monotonic() + 30
            while _waiting(rabbit, self.subscription["queue"]) == full:
                assert monotonic() < end and running.poll() is None
            running.kill()
            running.wait(10)
        lock.close()

    def rows(self, sql: str) -> list[Any]:
        with sqlite3.connect(self.file) as db:
            found = db.execute(sql).fetchall()
        db.close()
        return found


@pytest.fixture
def bureau(notify: Notify, rabbit: RabbitNode, tmp_path: Path) -> Department:
    return Department(notify, rabbit, tmp_path)


def _happen(notify: Notify, cases: int) -> list[str]:
    """Every case runs through all kinds, all cases side by side; answers the event ids in order."""
    events = [
        notify.event(f"case.{kind}", case_no=f"C-{number}", status=kind)
        for kind in KINDS
        for number in range(cases)
    ]
    notify.happen(*events)
    return [str(event.id) for event in events]


def _deliver(notify: Notify) -> None:
    notify.project()
    while deliver_queues(notify.app):
        pass


def test_the_copy_has_every_event_once_and_every_case_at_its_end(notify: Notify, bureau: Department) -> None:
    ids = _happen(notify, cases=60)
    _deliver(notify)
    bureau.consume()
    assert [row[0] for row in bureau.rows("SELECT id FROM event ORDER BY rowid")] == ids
    assert bureau.rows("SELECT status, streamversion, count(*) FROM cases GROUP BY 1, 2") == [
        ("completed", 4, 60)
    ]


def test_a_replay_changes_nothing_and_turns_no_case_back(notify: Notify, bureau: Department) -> None:
    ids = _happen(notify, cases=20)
    _deliver(notify)
    bureau.consume()
    before = bureau.rows("SELECT * FROM cases ORDER BY stream")
    params = {"id": bureau.subscription["id"]}
    answer = notify.call("replay", actor=department(), params=params, body={"from": "2025-10-01"})
    assert answer["events"] == len(ids)
    _deliver(notify)
    assert "80 events, 0 of them new" in bureau.consume()
    assert bureau.rows("SELECT * FROM cases ORDER BY stream") == before


def test_on_the_wire_live_events_follow_a_replay_and_only_it_is_marked(
    notify: Notify, bureau: Department, rabbit: RabbitNode
) -> None:
    _happen(notify, cases=3)
    _deliver(notify)
    bureau.consume()
    params = {"id": bureau.subscription["id"]}
    notify.call("replay", actor=department(), params=params, body={"case": "C-1"})
    notify.happen(*(notify.event("case.rated", case_no=f"C-{number}") for number in range(3)))
    _deliver(notify)
    told = _take(rabbit, bureau.subscription["queue"])
    of_case = [(event["type"], event.get("replayed")) for event in told if event["subject"] == "C-1"]
    assert of_case == [*((f"case.{kind}", True) for kind in KINDS), ("case.rated", None)]
    others = [(event["type"], event.get("replayed")) for event in told if event["subject"] != "C-1"]
    assert others == [("case.rated", None)] * 2


def test_killed_with_messages_in_hand_it_loses_nothing(
    notify: Notify, bureau: Department, rabbit: RabbitNode
) -> None:
    ids = _happen(notify, cases=1)
    _deliver(notify)
    bureau.consume()
    ids += _happen(notify, cases=50)
    _deliver(notify)
    bureau.killed_while_committing(rabbit)
    bureau.consume()
    assert [row[0] for row in bureau.rows("SELECT id FROM event ORDER BY rowid")] == ids
    assert bureau.rows("SELECT DISTINCT status FROM cases") == [("completed",)]


def test_the_broker_restarted_in_between(notify: Notify, bureau: Department, rabbit: RabbitNode) -> None:
    ids = _happen(notify, cases=10)
    _deliver(notify)
    rabbit.stop()
    ids += _happen(notify, cases=5)
    _deliver(notify)
    params = {"id": bureau.subscription["id"]}
    status = notify.call("deliveries", actor=department(), params=params)
    assert (status["pending"], status["failures"]) == (20, 1)
    rabbit.start()
    notify.later(seconds=6)
    _deliver(notify)
    if notify.call("deliveries", actor=department(), params=params)["pending"]:
        notify.later(seconds=11)  # a pooled connection may still be the one that broke
        _deliver(notify)
    bureau.consume()
    assert [row[0] for row in bureau.rows("SELECT id FROM event ORDER BY rowid")] == ids


def test_what_is_no_event_is_kept_apart(
    notify: Notify, bureau: Department, publisher: QueuePublisher
) -> None:
    ids = _happen(notify, cases=1)
    publisher.publish(bureau.subscription["queue"], [{"id": "x", "type": "y"}])
    _deliver(notify)
    bureau.consume()
    assert len(bureau.rows("SELECT * FROM unreadable")) == 1
    assert [row[0] for row in bureau.rows("SELECT id FROM event ORDER BY rowid")] == ids
