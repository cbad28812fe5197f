"""Who may do what to a card, and what it takes two people for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from supervised import HEAD_OF_A, HEAD_OF_B, SECOND_SUPERVISOR, SUPERVISOR, Supervised

from services.supervision.settings import MANUAL, Settings
from shared.problems import Problem
from shared.security.actor import Actor

Supervise = Callable[..., Supervised]
OPERATOR = Actor("operator", frozenset({"operator"}))
CITIZEN = Actor("citizen", frozenset({"citizen"}))


@pytest.fixture
def city(supervise: Supervise) -> Supervised:
    found = supervise("2018-10-15 10:00")
    found.accepted("C1")
    found.time_is("2018-10-24 18:00")
    found.scan()
    return found


def yellow(city: Supervised) -> str:
    return str(next(card["card_id"] for card in city.cards() if card["level"] == "yellow"))


def warning(city: Supervised) -> str:
    return str(next(card["card_id"] for card in city.cards() if card["level"] == "warning"))


def state(city: Supervised, card: str) -> str:
    items = city.call("cards", params={"limit": 200})["items"]
    return str(next(row["state"] for row in items if row["card_id"] == card))


def refused(city: Supervised, card: str, action: str, actor: Actor, reason: str = "因为") -> tuple[int, str]:
    with pytest.raises(Problem) as caught:
        city.act(card, action, actor, reason)
    return caught.value.status, caught.value.code


def test_an_appeal_is_upheld_or_the_card_revoked_by_somebody_else(city: Supervised) -> None:
    card = yellow(city)
    assert city.act(card, "appeal", HEAD_OF_A, "系统停机半日")["state"] == "appealed"
    assert city.act(card, "revoke", SUPERVISOR, "属实")["state"] == "revoked"
    row = city.call("cards", params={"level": "yellow"})["items"][0]
    assert (row["state"], row["appeal_reason"], row["reason"]) == ("revoked", "系统停机半日", "属实")
    assert row["allowed_actions"] == []


def test_a_rejected_appeal_is_not_raised_again(city: Supervised) -> None:
    card = yellow(city)
    city.act(card, "appeal", HEAD_OF_A, "系统停机半日")
    assert city.act(card, "confirm", SUPERVISOR)["state"] == "confirmed"
    assert refused(city, card, "appeal", HEAD_OF_A) == (409, "already_appealed")


def test_without_an_appeal_a_revocation_takes_two_supervisors(city: Supervised) -> None:
    card = yellow(city)
    assert city.act(card, "revoke", SUPERVISOR, "数据错误")["state"] == "issued"
    assert refused(city, card, "revoke", SUPERVISOR) == (409, "second_person_needed")
    assert city.act(card, "revoke", SECOND_SUPERVISOR, "同意")["state"] == "revoked"
    assert refused(city, card, "urge", SUPERVISOR) == (409, "not_standing")


def test_urging_is_counted(city: Supervised) -> None:
    card = yellow(city)
    city.act(card, "urge", SUPERVISOR)
    city.act(card, "urge", SUPERVISOR)
    row = city.call("cards", params={"level": "yellow"})["items"][0]
    assert (row["state"], row["urged"]) == ("urged", 2)


def test_a_warning_is_no_card_to_appeal_against(city: Supervised) -> None:
    assert refused(city, warning(city), "appeal", HEAD_OF_A) == (409, "not_a_card")


@pytest.mark.parametrize(
    ("action", "actor", "expected"),
    [
        ("appeal", SUPERVISOR, (409, "not_a_department")),
        ("appeal", HEAD_OF_B, (404, "not_found")),
        ("confirm", HEAD_OF_B, (404, "not_found")),
        ("revoke", HEAD_OF_A, (409, "not_a_supervisor")),
        ("urge", HEAD_OF_A, (409, "not_a_supervisor")),
        ("urge", OPERATOR, (403, "forbidden")),
        ("appeal", CITIZEN, (403, "forbidden")),
    ],
)
def test_who_may_not(city: Supervised, action: str, actor: Actor, expected: tuple[int, str]) -> None:
    assert refused(city, yellow(city), action, actor) == expected


@pytest.mark.parametrize(("reason", "code"), [("", "reason_required"), ("  ", "reason_required")])
def test_an_appeal_says_why(city: Supervised, reason: str, code: str) -> None:
    assert refused(city, yellow(city), "appeal", HEAD_OF_A, reason) == (422, code)


def test_a_reason_has_at_most_250_characters(city: Supervised) -> None:
    status, _ = refused(city, yellow(city), "appeal", HEAD_OF_A, "因" * 251)
    assert status == 422
    city.act(yellow(city), "appeal", HEAD_OF_A, "因" * 250)


def test_the_same_key_does_it_once_and_a_stale_version_is_told(city: Supervised) -> None:
    card = yellow(city)
    first = city.act(card, "urge", SUPERVISOR, key="k-1")
    assert city.act(card, "urge", SUPERVISOR, key="k-1") == first
    assert len([event for event in city.card_events() if event.type == "card.urged"]) == 1
    with pytest.raises(Problem) as caught:
        city.act(card, "urge", SUPERVISOR, if_match=1)
    assert caught.value.status == 412


def test_a_pending_card_counts_when_it_is_confirmed(supervise: Supervise) -> None:
    city = supervise("2018-10-15 10:00", settings=Settings(issue=MANUAL))
    city.accepted("C1")
    city.time_is("2018-10-24 18:00")
    city.scan()
    card = yellow(city)
    assert refused(city, card, "confirm", HEAD_OF_A) == (409, "not_a_supervisor")
    assert refused(city, card, "urge", SUPERVISOR) == (409, "not_in_state")
    assert city.act(card, "confirm", SUPERVISOR)["state"] == "issued"
    assert city.act(warning(city), "revoke", SUPERVISOR, "误报")["state"] == "revoked"


def test_an_unknown_card_is_not_found(city: Supervised) -> None:
    assert refused(city, "00000000-0000-0000-0000-000000000000", "urge", SUPERVISOR) == (404, "not_found")


def test_what_a_reader_may_do_is_what_would_not_be_refused(city: Supervised) -> None:
    def allowed(actor: Actor) -> list[str]:
        return list(city.call("cards", actor, params={"level": "yellow"})["items"][0]["allowed_actions"])

    assert allowed(SUPERVISOR) == ["confirm", "revoke", "urge"]
    assert allowed(HEAD_OF_A) == ["confirm", "appeal"]
    assert allowed(OPERATOR) == []
    city.act(yellow(city), "revoke", SUPERVISOR, "数据错误")
    assert allowed(SUPERVISOR) == ["confirm", "urge"]
    assert allowed(SECOND_SUPERVISOR) == ["confirm", "revoke", "urge"]
