"""The ledger: what departments read from; its numbers follow the order of commits, without gaps."""

from __future__ import annotations

from threading import Event as Flag
from threading import Thread
from uuid import uuid4

import pytest
from notify_kit import BUREAU, OPERATOR, Notify, department

from services.notify.domain.filters import region_prefix
from services.notify.ledger.copy import Ledger
from shared.problems import Problem
from shared.security.actor import Actor


def _pull(notify: Notify, **params: str) -> list[str]:
    page = notify.call("events", actor=OPERATOR, params=params)
    return [event["subject"] + " " + event["type"] for event in page["items"]]


def test_a_batch_pull_goes_through_everything_in_order(notify: Notify) -> None:
    notify.happen(*(notify.event("case.submitted", case_no=f"C-{number}") for number in range(5)))
    seen, cursor = [], ""
    while True:
        page = notify.call("events", actor=OPERATOR, params={"limit": "2", "after": cursor})
        seen += [event["subject"] for event in page["items"]]
        cursor = page["next"]
        if not page["more"]:
            break
    assert seen == [f"C-{number}" for number in range(5)]
    assert notify.call("events", actor=OPERATOR, params={"after": cursor})["items"] == []


def test_events_are_cloudevents_with_the_ledgers_own_cursor(notify: Notify) -> None:
    event = notify.event("case.submitted")
    notify.happen(event)
    page = notify.call("events", actor=OPERATOR)
    [message] = page["items"]
    assert message["specversion"] == "1.0" and message["id"] == str(event.id)
    assert message["source"] == "/yiwang/cases" and message["cursor"] == page["next"]
    assert "previous" not in message, "the place before it in a feed the reader does not read"


def test_filters(notify: Notify) -> None:
    notify.happen(
        notify.event("case.submitted", case_no="C-1"),
        notify.event("case.accepted", case_no="C-2", case={"region_code": "511603000000"}),
        notify.event("card.issued", case_no="C-3", case={"item_code": "ITEM-2"}),
    )
    assert _pull(notify, types="case.accepted") == ["C-2 case.accepted"]
    assert _pull(notify, types="card") == ["C-3 card.issued"]
    assert _pull(notify, types="card.*,case.submitted") == ["C-1 case.submitted", "C-3 card.issued"]
    assert _pull(notify, regions="511603000000") == ["C-2 case.accepted"]
    assert len(_pull(notify, regions="511600000000")) == 3, "a city stands for its counties"
    assert _pull(notify, regions="510100000000") == []
    assert _pull(notify, items="ITEM-2") == ["C-3 card.issued"]
    assert _pull(notify, departments="nobody") == []
    assert _pull(notify, case="C-2") == ["C-2 case.accepted"]


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        ("510000000000", "51"),
        ("511600000000", "5116"),
        ("511602000000", "511602"),
        ("511602001000", "511602001"),
        ("511602001002", "511602001002"),
        ("110100000000", "1101"),
        ("469001000000", "469001"),
    ],
)
def test_a_region_stands_for_what_is_below_its_own_level(code: str, prefix: str) -> None:
    assert region_prefix(code) == prefix


def test_a_department_sees_its_own_cases_only(notify: Notify) -> None:
    notify.happen(
        notify.event("case.submitted", case_no="C-1"),
        notify.event("case.submitted", case_no="C-2", case={"department_code": "other"}),
    )
    mine = notify.call("events", actor=department())
    assert [event["subject"] for event in mine["items"]] == ["C-1"]
    assert notify.call("events", actor=department(), params={"departments": "other"})["items"] == []
    with pytest.raises(Problem) as problem:
        notify.call("events", actor=Actor(id="x", roles=frozenset({"department_system"})))
    assert problem.value.status == 403


def test_what_was_left_out_need_not_be_looked_through_again(notify: Notify) -> None:
    notify.happen(*(notify.event("case.submitted", case={"department_code": "other"}) for _ in range(3)))
    cursor = notify.call("events", actor=department())["next"]
    notify.happen(notify.event("case.accepted"))
    page = notify.call("events", actor=department(BUREAU), params={"after": cursor})
    assert [event["type"] for event in page["items"]] == ["case.accepted"]


def test_a_feed_read_again_is_kept_once(notify: Notify) -> None:
    first, second = notify.event("case.submitted"), notify.event("case.accepted")
    notify.happen(first)
    notify.happen(first, second)
    assert _pull(notify) == ["C-1 case.submitted", "C-1 case.accepted"]
    assert [row["seq"] for row in notify.kept("SELECT seq FROM ledger ORDER BY seq")] == [1, 2]


def test_numbers_follow_commits_even_when_the_first_writer_is_slow(notify: Notify) -> None:
    """With a sequence the slow writer would hold 1 while 2 is already read, and be skipped."""
    slow, quick, written, go_on = Notify.event(notify, "case.submitted"), [], Flag(), Flag()

    def write_slowly() -> None:
        with notify.app.db.transaction() as cursor:
            Ledger().handle(notify.app, cursor, [slow])
            written.set()
            go_on.wait(10)

    def write_quickly() -> None:
        with notify.app.db.transaction() as cursor:
            Ledger().handle(notify.app, cursor, [notify.event("card.issued")])
        quick.append("done")

    first = Thread(target=write_slowly)
    first.start()
    assert written.wait(10)
    second = Thread(target=write_quickly)
    second.start()
    assert _pull(notify) == [] and quick == [], "nothing with a later number may be seen before"
    go_on.set()
    first.join()
    second.join()
    assert _pull(notify) == ["C-1 case.submitted", "C-1 card.issued"]


def test_a_rolled_back_batch_leaves_no_gap(notify: Notify) -> None:
    with pytest.raises(RuntimeError), notify.app.db.transaction() as cursor:
        Ledger().handle(notify.app, cursor, [notify.event("case.submitted")])
        raise RuntimeError
    notify.happen(notify.event("case.accepted"))
    assert [row["seq"] for row in notify.kept("SELECT seq FROM ledger")] == [1]


def test_a_cursor_of_another_epoch_is_refused(notify: Notify) -> None:
    with pytest.raises(Problem) as problem:
        notify.call("events", actor=OPERATOR, params={"after": "ffffffff-1"})
    assert (problem.value.status, problem.value.code) == (410, "cursor_epoch_changed")
    with pytest.raises(Problem) as problem:
        notify.call("events", actor=OPERATOR, params={"after": "nonsense"})
    assert problem.value.status == 422


def test_who_lost_their_cursor_goes_on_behind_the_last_event_they_have(notify: Notify) -> None:
    for _ in range(3):
        notify.happen(notify.event("case.accepted"))
    first, second, third = notify.call("events", actor=OPERATOR, params={"limit": 3})["items"]
    again = notify.call("events", actor=OPERATOR, params={"after": f"event:{first['id']}"})["items"]
    assert [event["id"] for event in again] == [second["id"], third["id"]]
    for after, status in (("event:nonsense", 422), (f"event:{uuid4()}", 410)):
        with pytest.raises(Problem) as problem:
            notify.call("events", actor=OPERATOR, params={"after": after})
        assert problem.value.status == status
