"""The one rule: whatever the broker does on the way, each event is applied once and in order."""

from __future__ import annotations

import random
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from shared.messaging.cloudevents import head_message
from shared.messaging.subscription import Subscriber
from shared.problems import Problem
from shared.readmodel.applying import SubscriberStopped
from shared.readmodel.parking import list_parked, retry_parked
from shared.service.spec import ServiceSpec


@pytest.fixture
def subscriber(app, log, owner):
    return Subscriber(app, log, "cases", owner.pull, limit=3)


def head(owner, category="case"):
    last = owner.messages(category)
    page = owner.store.read_feed("", category=category)
    return head_message("cases", category, last[-1]["cursor"] if last else "", page.head_at)


def test_messages_in_order_are_applied_without_a_pull(subscriber, owner, seen):
    owner.append(1, 2, 3)
    for message in owner.messages():
        subscriber.receive(message)
    assert seen() == [1, 2, 3]
    assert owner.pulls == []


def test_a_batch_of_two_categories_is_applied_in_the_order_it_came(subscriber, owner, seen):
    owner.append(1, 2)
    owner.append(10, type="fee.paid")
    owner.append(3)
    cases, fees = owner.messages("case"), owner.messages("fee")
    subscriber.receive_batch([cases[0], cases[1], fees[0], cases[2]])
    assert seen() == [1, 2, 10, 3]
    assert owner.pulls == []


def test_a_duplicate_is_dropped(subscriber, owner, seen):
    owner.append(1, 2)
    first, second = owner.messages()
    subscriber.receive_batch([first, first, second, first])
    subscriber.receive(second)
    assert seen() == [1, 2]


def test_a_lost_message_is_pulled_when_the_next_one_comes(subscriber, owner, seen):
    owner.append(1, 2, 3, 4, 5)
    messages = owner.messages()
    subscriber.receive_batch([messages[0], messages[4]])
    assert seen() == [1, 2, 3, 4, 5]


def test_a_lost_last_message_is_pulled_when_a_head_comes(subscriber, owner, seen):
    owner.append(1)
    subscriber.receive(head(owner))
    assert seen() == [1]
    pulls = len(owner.pulls)
    subscriber.receive(head(owner))
    assert len(owner.pulls) == pulls, "nothing is missing: no pull"


def test_a_head_says_until_when_all_has_been_applied(app, subscriber, owner):
    subscriber.receive(head(owner))
    (row,) = app.db.fetch("SELECT head_at FROM checkpoints WHERE category = 'case'")
    assert row["head_at"] == owner.clock.now()


def test_any_order_any_loss_and_any_repetition_end_in_the_same_rows(subscriber, owner, seen):
    chance = random.Random(7)
    for n in range(60):
        owner.append(n)
        if chance.random() < 0.2:
            sent = owner.messages()
            some = [m for m in sent if chance.random() < 0.7]
            chance.shuffle(some)
            subscriber.receive_batch(some)
    subscriber.receive(head(owner))
    assert seen() == list(range(60))


def test_what_stays_inside_its_owner_is_no_gap(subscriber, owner, seen):
    owner.append(1)
    owner.append(99, type="case.noted")
    owner.append(2)
    subscriber.receive_batch(owner.messages())
    assert seen() == [1, 2]
    assert owner.pulls == []


def test_after_a_pull_the_next_message_follows_though_its_previous_is_older(subscriber, owner, seen):
    owner.append(1)
    subscriber.pull_until_current("case")
    owner.append(10, type="fee.paid")
    subscriber.pull_until_current("case")
    pulls = len(owner.pulls)
    owner.append(2)
    subscriber.receive(owner.messages()[-1])
    assert seen() == [1, 2]
    assert len(owner.pulls) == pulls


def test_a_new_follower_from_the_start_pulls_the_past(subscriber, owner, seen):
    for n in range(8):
        owner.append(n)
    subscriber.receive(owner.messages()[-1])
    assert seen() == list(range(8))


def test_a_new_follower_with_effects_starts_at_now(app, news, owner, seen):
    owner.append(1, 2)
    subscriber = Subscriber(app, news, "cases", owner.pull)
    subscriber.receive_batch(owner.messages())
    assert seen() == []
    owner.append(3)
    subscriber.receive_batch(owner.messages())
    assert seen() == [3]


def test_a_second_consumer_aborts_and_nothing_is_applied_twice(app, log, owner, seen):
    owner.append(*range(30))
    messages, start = owner.messages(), Barrier(2)

    def consume():
        subscriber = Subscriber(app, log, "cases", owner.pull)
        start.wait()
        for message in messages:
            while True:
                try:
                    subscriber.receive(message)
                    break
                except Problem as busy:
                    assert busy.status == 503

    threads = [Thread(target=consume) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen() == list(range(30))


def test_an_owner_that_is_away_is_a_passing_failure_and_loses_nothing(subscriber, owner, seen):
    owner.append(1, 2, 3)
    last, owner.away = owner.messages()[-1], True
    with pytest.raises(Problem):
        subscriber.receive(last)
    owner.away = False
    subscriber.receive(last)
    assert seen() == [1, 2, 3]


def test_after_the_owners_restore_it_goes_on_behind_the_event_applied_last(subscriber, owner, seen):
    owner.append(1, 2)
    subscriber.receive_batch(owner.messages())
    owner.append(3)
    owner.store.start_new_epoch()
    owner.append(4)
    subscriber.receive(owner.messages()[-1])
    assert seen() == [1, 2, 3, 4]
    owner.append(5)
    subscriber.receive(owner.messages()[-1])
    assert seen() == [1, 2, 3, 4, 5]


def test_it_stops_when_the_restored_owner_lost_the_event_applied_last(app, log, owner, seen):
    owner.append(1)
    subscriber = Subscriber(app, log, "cases", owner.pull)
    subscriber.receive_batch(owner.messages())
    lost = type(owner)()
    lost.append(7)
    stranger = Subscriber(app, log, "cases", lost.pull)
    with pytest.raises(SubscriberStopped):
        stranger.receive(lost.messages()[-1])
    assert seen() == [1]


def test_a_failing_event_parks_its_stream_and_the_rest_flows(app, log, owner, subscriber, seen):
    log.poison = {2}
    bad = owner.append(1, 2, 3)
    owner.append(10)
    owner.append(4, stream=bad, at=3)
    subscriber.receive_batch(owner.messages())
    assert seen() == [1, 10]
    (parked,) = list_parked(app.db)
    assert (parked["events"], parked["source"]) == (3, "cases")
    log.poison = set()
    spec = ServiceSpec("notify", "none", subscriptions=(log,))
    assert retry_parked(app, spec, "log", bad) == {"applied": 3, "left": 0}
    assert seen() == [1, 10, 2, 3, 4]


@pytest.mark.parametrize("message", [{}, {"type": "case.submitted"}, {"type": "category.head", "data": {}}])
def test_what_is_no_message_of_ours_is_a_value_error(subscriber, message):
    with pytest.raises(ValueError):
        subscriber.receive(message)


def test_a_category_it_does_not_follow_is_left_alone(subscriber, owner, seen):
    message = {"type": "card.issued", "cursor": "e-1-1", "previous": "", "id": str(uuid4())}
    subscriber.receive(message)
    assert seen() == []
