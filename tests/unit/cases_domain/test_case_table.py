"""The table of status and event is complete and consistent with everything that reads it."""

from __future__ import annotations

import pytest

from services.cases.domain import (
    ACTIONS,
    CLOSED_STATUSES,
    EVENT_TYPES,
    INITIAL,
    OPEN_STATUSES,
    STATUSES,
    TRANSITIONS,
    Command,
    allowed_actions,
    commands,
    shapes,
)
from services.cases.domain.decide import RULES
from services.cases.domain.doors import DOORS
from shared.contracts.case_events import PUBLISHED

INTERFACE_STATUSES = [
    "submitted",
    "pre_review_passed",
    "pre_review_failed",
    "supplement_required",
    "supplemented",
    "accepted",
    "in_process",
    "suspended",
    "decided",
    "completed",
    "delivered",
    "not_accepted",
    "returned",
    "withdrawn",
    "lapsed",
    "voided",
]


def test_the_statuses_are_those_of_the_interface() -> None:
    assert sorted(STATUSES) == sorted(INTERFACE_STATUSES)
    assert set(STATUSES) == OPEN_STATUSES | CLOSED_STATUSES
    assert not OPEN_STATUSES & CLOSED_STATUSES


def test_every_event_type_has_a_row_a_shape_and_both_schemas() -> None:
    assert set(EVENT_TYPES) == set(shapes.SHAPES) == set(PUBLISHED)
    assert len(EVENT_TYPES) == 29


def test_every_status_can_be_reached() -> None:
    reached, fresh = {""}, {""}
    while fresh:
        fresh = {after for now in fresh for ends in TRANSITIONS[now].values() for after in ends} - reached
        reached |= fresh
    assert reached == {"", *STATUSES}


def test_the_table_leads_only_to_statuses_that_exist() -> None:
    for row in TRANSITIONS.values():
        for event, ends in row.items():
            assert event in EVENT_TYPES
            assert ends
            assert ends <= set(STATUSES)


@pytest.mark.parametrize("status", sorted(CLOSED_STATUSES - {"completed"}))
def test_a_closed_case_is_never_opened_again(status: str) -> None:
    for ends in TRANSITIONS[status].values():
        assert ends <= CLOSED_STATUSES


def test_every_command_has_one_rule_and_every_action_one_command() -> None:
    defined = {
        found
        for found in vars(commands).values()
        if isinstance(found, type) and issubclass(found, Command) and found is not Command
    }
    assert set(RULES) == defined
    assert sorted(rule.action for rule in RULES.values()) == sorted(DOORS)


def test_a_case_that_does_not_exist_offers_nothing() -> None:
    assert allowed_actions(INITIAL) == []


def test_the_actions_are_those_of_the_interface() -> None:
    named = [
        "pre-review",
        "request-supplement",
        "supplement",
        "accept",
        "not-accept",
        "claim",
        "transfer",
        "recall",
        "record-step",
        "start-special-procedure",
        "end-special-procedure",
        "decide",
        "complete",
        "verify-originals",
        "pay",
        "announce-result",
        "dispatch",
        "deliver",
        "withdraw",
        "void",
        "rate",
        "urge",
        "correct",
    ]
    assert set(named) <= set(ACTIONS)
