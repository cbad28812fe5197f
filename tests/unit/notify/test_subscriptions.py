"""A department subscribes through the API."""

from __future__ import annotations

from typing import Any

import pytest
from notify_kit import BUREAU, OPERATOR, Notify, department, make_notify, subscribe

from shared.problems import Problem
from shared.security.roles import ROLES
from shared.testing.invoke import invoke


def _refused(notify: Notify, **body: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        subscribe(notify, **body)
    return problem.value


def test_creating_answers_queue_and_where_it_begins(notify: Notify) -> None:
    made = subscribe(notify, "bureau", filters={"types": ["case"]})
    assert made["queue"] == "department.bureau" and made["state"] == "active"
    assert made["department_code"] == BUREAU
    shown = notify.call("subscription", actor=department(), params={"id": made["id"]})
    assert shown["filters"]["types"] == ["case"] and shown["delivery"]["kind"] == "queue"


def test_without_a_broker_a_queue_is_refused_and_says_why(database_dsn: str) -> None:
    notify = make_notify(database_dsn)
    problem = _refused(notify)
    assert (problem.status, problem.code) == (409, "queues_need_a_broker")
    assert subscribe(notify, delivery={"kind": "pull"})["state"] == "active"
    notify.app.db.close()


def test_a_name_belongs_to_one_subscription_until_it_ends(notify: Notify) -> None:
    first = subscribe(notify)
    assert _refused(notify).code == "name_taken"
    notify.call("end_subscription", actor=department(), params={"id": first["id"]})
    assert subscribe(notify)["id"] != first["id"]


def test_the_same_key_gives_the_same_subscription_and_the_same_secret(notify: Notify) -> None:
    body = {"name": "hook", "delivery": {"kind": "webhook", "url": "https://bureau.example/events"}}
    arguments: dict[str, Any] = {"actor": department(), "body": body, "key": "k-1"}
    first = invoke(notify.service, "create_subscription", **arguments).value
    again = invoke(notify.service, "create_subscription", **arguments).value
    assert first == again and first["secret"].startswith("whsec_")


def test_a_secret_is_shown_once_and_is_in_no_event_and_no_stored_answer(notify: Notify) -> None:
    made = subscribe(notify, delivery={"kind": "webhook", "url": "https://bureau.example/events"})
    shown = notify.call("subscription", actor=department(), params={"id": made["id"]})
    assert "secret" not in shown
    for table in ("events", "commands"):
        assert made["secret"] not in str(notify.kept(f"SELECT * FROM {table}"))  # noqa: S608


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"delivery": {"kind": "webhook"}}, "delivery.url"),
        ({"delivery": {"kind": "webhook", "url": "ftp://bureau.example/"}}, "delivery.url"),
        ({"delivery": {"kind": "webhook", "url": "file:///etc/passwd"}}, "delivery.url"),
        ({"delivery": {"kind": "queue", "url": "https://bureau.example"}}, "delivery.url"),
        ({"filters": {"regions": ["5116"]}}, "filters.regions.0"),
        ({"filters": {"departments": ["other"]}}, "filters.departments"),
        ({"name": "two words"}, "name"),
    ],
)
def test_what_is_wrong_is_named(notify: Notify, body: dict[str, Any], field: str) -> None:
    problem = _refused(notify, **body)
    assert problem.status == 422
    assert [error.field for error in problem.errors] == [field]


def test_other_departments_do_not_see_it(notify: Notify) -> None:
    made = subscribe(notify)
    for name in ("subscription", "deliveries", "end_subscription"):
        with pytest.raises(Problem) as problem:
            notify.call(name, actor=department("other"), params={"id": made["id"]})
        assert problem.value.status == 404
    assert notify.call("subscriptions", actor=department("other"))["items"] == []
    assert len(notify.call("subscriptions", actor=OPERATOR, params={"name": "bureau"})["items"]) == 1


def test_only_department_systems_and_operators_may(notify: Notify) -> None:
    may = {role for role, permissions in ROLES.items() if "subscriptions.manage" in permissions}
    assert may == {"department_system", "operator"}


def test_a_stale_if_match_is_refused(notify: Notify) -> None:
    made = subscribe(notify)
    arguments = {"actor": department(), "params": {"id": made["id"]}, "body": {"paused": True}}
    notify.call("change_subscription", **arguments, if_match=1)
    with pytest.raises(Problem) as problem:
        notify.call("change_subscription", **arguments, if_match=1)
    assert problem.value.status == 412


def test_pulling_through_a_subscription_applies_its_filters(notify: Notify) -> None:
    filters = {"types": ["case.accepted"]}
    made = subscribe(notify, delivery={"kind": "pull"}, filters=filters)
    notify.happen(notify.event("case.submitted"), notify.event("case.accepted"))
    params = {"subscription": made["id"], "after": made["cursor"]}
    page = notify.call("events", actor=department(), params=params)
    assert [event["type"] for event in page["items"]] == ["case.accepted"]
    with pytest.raises(Problem) as problem:
        notify.call("events", actor=department("other"), params=params)
    assert problem.value.status == 404


@pytest.mark.parametrize("kind", ["queue", "webhook", "pull"])
def test_the_answer_of_creating_holds_all_that_reading_shows(notify: Notify, kind: str) -> None:
    """The list lags for a moment; whoever made a subscription need not ask."""
    url = {"url": "https://bureau.example/events"} if kind == "webhook" else {}
    made = subscribe(notify, delivery={"kind": kind, **url})
    shown = notify.call("subscription", actor=department(), params={"id": made["id"]})
    assert shown.items() <= made.items()
