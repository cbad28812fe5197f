"""The relay publishes each published event at least once, in order, with its category's `previous`."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from shared.eventstore.event import Metadata, NewEvent
from shared.eventstore.feed import start_new_epoch
from shared.messaging.publisher import PublishFailed, Unroutable
from shared.messaging.relay import Relay

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class Recorder:
    """A broker that remembers; `refuse` fails the next batch, `nobody` are categories without a queue."""

    def __init__(self):
        self.sent, self.refuse, self.nobody = [], False, set()

    def publish_batch(self, messages):
        if self.refuse:
            raise PublishFailed("refused")
        self.sent += messages
        lonely = [m for m in messages if m["type"].partition(".")[0] in self.nobody]
        if lonely:
            raise Unroutable(lonely)

    def close(self):
        pass

    @property
    def events(self):
        return [m for m in self.sent if m["type"] != "category.head"]

    @property
    def heads(self):
        return [m for m in self.sent if m["type"] == "category.head"]


@pytest.fixture
def broker():
    return Recorder()


@pytest.fixture
def now():
    return [0.0]


@pytest.fixture
def relay(app, cases, broker, now):
    relay = Relay(app, cases, broker, batch=4, now=lambda: now[0])
    yield relay
    relay.close()


@pytest.fixture
def append(app):
    def do(*numbers, type="case.submitted"):
        with app.store.unit_of_work() as unit:
            unit.append(uuid4(), 0, [NewEvent(type, {"n": n}, NOON) for n in numbers], Metadata())
        app.store.tick()

    return do


def drain(relay):
    while relay.step():
        pass


def test_all_events_are_published_in_order_and_once(relay, broker, append):
    append(*range(6))
    append(6)
    drain(relay)
    drain(relay)
    assert [m["data"]["n"] for m in broker.events] == list(range(7))


def test_previous_names_the_published_event_before_of_the_same_category(relay, broker, append):
    append(1)
    append(2, type="fee.paid")
    append(3, type="case.noted")
    append(4)
    append(5, type="fee.paid")
    drain(relay)
    one, two, four, five = broker.events
    assert (one["previous"], two["previous"]) == ("", "")
    assert four["previous"] == one["cursor"]
    assert five["previous"] == two["cursor"]


def test_the_next_leader_goes_on_where_the_last_one_saved(app, cases, relay, broker, append):
    append(1)
    drain(relay)
    relay.close()
    append(2)
    successor = Relay(app, cases, broker)
    drain(successor)
    successor.close()
    assert [m["data"]["n"] for m in broker.events] == [1, 2]
    assert broker.events[1]["previous"] == broker.events[0]["cursor"]


def test_only_one_relay_leads(app, cases, relay, broker, append):
    append(1)
    drain(relay)
    second = Relay(app, cases, broker)
    assert second.step() == 0
    assert not second.leads
    relay.close()
    append(2)
    assert second.step() == 1
    second.close()


def test_what_was_not_confirmed_is_published_again(relay, broker, append):
    append(1, 2)
    broker.refuse = True
    with pytest.raises(PublishFailed):
        relay.step()
    assert not relay.leads
    broker.refuse = False
    drain(relay)
    assert [m["data"]["n"] for m in broker.events] == [1, 2]


def test_a_leader_whose_session_broke_can_not_save_over_the_next_ones_place(
    app, cases, relay, broker, append
):
    append(1)
    drain(relay)
    with app.db.transaction() as db:
        db.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    append(2)
    with pytest.raises(Exception, match=r"unavailable|closed|terminat"):
        drain(relay)
    assert not relay.leads
    drain(relay)
    assert [m["data"]["n"] for m in broker.events][-1] == 2


def test_an_event_for_which_no_queue_is_bound_does_not_hold_the_others_up(relay, broker, append):
    broker.nobody = {"fee"}
    append(1, type="fee.paid")
    append(2)
    drain(relay)
    append(3)
    drain(relay)
    assert [m["data"]["n"] for m in broker.events] == [1, 2, 3]


def test_only_a_category_that_somebody_follows_or_did_may_be_a_fault_when_it_has_no_queue(
    app, cases, broker, append
):
    broker.nobody = {"case", "fee"}
    append(1)
    append(2, type="fee.paid")
    with capture_logs() as logs:
        drain(Relay(app, cases, broker, expected={"case"}))
    assert {log["category"]: log["log_level"] for log in logs if log["event"] == "nobody_subscribes"} == {
        "case": "error",
        "fee": "debug",
    }


def test_heads_are_said_once_a_second_for_every_category_when_all_is_published(relay, broker, append, now):
    append(1)
    drain(relay)
    drain(relay)
    assert {m["data"]["category"]: m["data"]["cursor"] for m in broker.heads} == {
        "case": broker.events[0]["cursor"],
        "fee": "",
    }
    now[0] = 1.5
    drain(relay)
    assert len(broker.heads) == 4


def test_a_new_epoch_of_its_own_feed_repeats_nothing_and_skips_nothing(app, relay, broker, append):
    append(1, 2)
    drain(relay)
    append(3)
    with app.db.transaction() as db:
        start_new_epoch(db)
    drain(relay)
    assert [m["data"]["n"] for m in broker.events] == [1, 2, 3]
    assert broker.events[2]["previous"] != ""


def test_what_is_published_holds_only_what_the_service_shows(relay, broker, append):
    append(1)
    drain(relay)
    assert broker.events[0]["data"] == {"n": 1}
