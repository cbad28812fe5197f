"""A queue that brings nothing: what was missed is pulled, and only a consumer that was robbed begins anew."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from kombu import Queue

from shared.messaging import following
from shared.messaging import intake as intake_module
from shared.messaging.cloudevents import head_message, routing_key
from shared.messaging.connection import connect
from shared.messaging.following import Following
from shared.messaging.intake import Intake
from shared.messaging.subscription import Subscriber
from shared.messaging.topology import EVENTS
from shared.readmodel.applying import Applier
from shared.service.application import Application
from shared.testing.background import running
from shared.testing.waiting import await_that


@pytest.fixture
def url() -> str:
    return f"yiwang-memory://{uuid4().hex}"


@pytest.fixture
def subscriber(app: Application, log: Any, owner: Any) -> Subscriber:
    return Subscriber(app, log, "cases", owner.pull)


def let_time_pass(app: Application) -> None:
    """As if nobody had moved a place for an hour."""
    with app.db.transaction() as db:
        db.execute("UPDATE checkpoints SET updated_at = updated_at - interval '1 hour'")


def test_what_no_message_brought_is_pulled_after_a_silence(
    app: Application, owner: Any, seen: Any, subscriber: Subscriber
) -> None:
    owner.append(1)
    subscriber.pull_until_current()
    owner.append(2, 3)
    let_time_pass(app)
    assert subscriber.pull_unless_fed(within=5) == 2
    assert seen() == [1, 2, 3]


def test_a_pull_that_finds_nothing_says_so(app: Application, owner: Any, subscriber: Subscriber) -> None:
    owner.append(1)
    subscriber.pull_until_current()
    let_time_pass(app)
    assert subscriber.pull_unless_fed(within=5) == 0


def test_a_replica_that_stands_by_asks_nobody_while_another_is_fed(
    app: Application, log: Any, owner: Any, seen: Any, subscriber: Subscriber
) -> None:
    fed = Subscriber(app, log, "cases", owner.pull)
    owner.append(1)
    fed.pull_until_current()
    let_time_pass(app)
    owner.append(2)
    head = head_message("cases", "case", owner.messages()[0]["cursor"], owner.clock.now())
    fed.receive(head)  # on its way the second one is
    pulls = len(owner.pulls)
    assert subscriber.pull_unless_fed(within=5) == 0
    assert (len(owner.pulls), seen()) == (pulls, [1])


def test_a_replica_that_stood_by_goes_on_where_the_other_has_been(
    app: Application, log: Any, owner: Any, seen: Any, subscriber: Subscriber
) -> None:
    owner.append(1)
    subscriber.pull_until_current()
    owner.append(2, 3)
    Subscriber(app, log, "cases", owner.pull).pull_until_current()
    let_time_pass(app)
    owner.append(4)
    assert subscriber.pull_unless_fed(within=5) == 1, "what the other has applied is no news"
    assert seen() == [1, 2, 3, 4]


def test_the_first_silence_of_one_without_a_place_is_a_pull(
    owner: Any, seen: Any, subscriber: Subscriber
) -> None:
    owner.append(1)
    assert subscriber.pull_unless_fed(within=5) == 1
    assert seen() == [1]


def test_a_consumer_is_made_anew_only_when_something_was_missed(url: str) -> None:
    begun, answers = [], [False, False, True]

    def unheard() -> bool:
        return answers.pop(0) if answers else False

    queue = Queue(uuid4().hex, EVENTS, "case.*")
    intake = Intake(
        url, queue, lambda _: None, service="notify", silence=0.02,
        begin=lambda: begun.append(len(answers)), unheard=unheard,
    )  # fmt: skip
    with running(intake.run):
        await_that(lambda: len(begun) == 2)
        await_that(intake.ready.is_set)
    assert begun == [3, 0], "at the start, and after the third silence"


def test_news_are_fetched_while_a_queue_lets_nobody_in(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def declare(self: Intake) -> None:
        raise TimeoutError("no leader, no answer")

    looks: list[bool] = []
    monkeypatch.setattr(Intake, "_declare", declare)
    monkeypatch.setattr(intake_module, "_RETRY_SECONDS", 0.01)
    queue = Queue(uuid4().hex, EVENTS, "case.*")
    intake = Intake(
        url, queue, lambda _: None, service="notify", silence=0.02, unheard=lambda: bool(looks.append(True))
    )
    with running(intake.run):
        await_that(lambda: len(looks) > 2)
        assert not intake.ready.is_set()


def test_a_subscriber_whose_queue_lost_its_binding_sees_news_and_binds_again(
    app: Application, log: Any, owner: Any, seen: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "SILENCE", 0.02)
    one = Following(app, Subscriber(app, log, "cases", owner.pull), "cases", url)
    one._intake._silence = 0.02
    with running(one.run), connect(url) as connection:
        await_that(lambda: one.consuming)
        channel = connection.channel()
        for category in ("case", "fee"):
            channel.queue_unbind("notify.log.cases", EVENTS.name, f"{category}.*")
        owner.append(1)
        await_that(lambda: seen() == [1])
        await_that(lambda: channel._lookup(EVENTS.name, "case.submitted"))
        await_that(lambda: one.consuming)
        owner.append(2)
        publish(connection, owner.messages()[-1])
        await_that(lambda: seen() == [1, 2])


def publish(connection: Any, message: dict[str, Any]) -> None:
    connection.Producer().publish(
        message, exchange=EVENTS.name, routing_key=routing_key(message), serializer="json"
    )


def test_an_owner_that_cant_be_asked_ends_nothing(app: Application, log: Any, owner: Any, url: str) -> None:
    one = Following(app, Subscriber(app, log, "cases", owner.pull), "cases", url)
    owner.away = True
    assert one._missed() is False


def test_another_replica_at_work_is_no_news(
    app: Application, log: Any, owner: Any, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "TURN_PAUSES", ())
    monkeypatch.setattr(Applier, "apply", lambda self, batch: False)
    owner.append(1)
    assert Following(app, Subscriber(app, log, "cases", owner.pull), "cases", url)._missed() is False
