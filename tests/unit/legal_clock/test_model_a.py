"""The worked dates of the model A document are executable."""

from __future__ import annotations

from datetime import timedelta

import pytest
from clock_histories import CALENDAR, accepted, at, history, pause

from shared.domain.legal_clock import DEFAULT, MODEL_A, ClockFacts, thresholds

MONDAY = "2018-10-15 10:00"


def test_the_worked_example() -> None:
    found = thresholds(accepted(MONDAY), CALENDAR, MODEL_A)
    assert (found.warning_at, found.yellow_at, found.red_at) == (
        at("2018-10-19 10:00"),
        at("2018-10-24 10:00"),
        at("2018-10-29 10:00"),
    )


@pytest.mark.parametrize(
    ("moment", "colour"),
    [
        ("2018-10-19 10:00", "normal"),
        ("2018-10-19 10:01", "warning"),
        ("2018-10-24 10:00", "warning"),
        ("2018-10-24 10:01", "yellow"),
        ("2018-10-29 10:00", "yellow"),
        ("2018-10-29 10:01", "red"),
    ],
)
def test_nothing_before_the_moment_and_the_level_after_it(moment: str, colour: str) -> None:
    assert thresholds(accepted(MONDAY), CALENDAR, MODEL_A).colour_at(at(moment)) == colour


def shifted(start: str, end: str) -> ClockFacts:
    return history(*pause(1, start, end), facts=accepted(MONDAY))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2018-10-16 10:00", "2018-10-19 10:00"),
        ("2018-10-17 15:00", "2018-10-22 15:00"),
        ("2018-10-16 00:00", "2018-10-19 00:00"),
    ],
)
def test_a_three_day_special_procedure_shifts_everything_by_three_days(start: str, end: str) -> None:
    found = thresholds(shifted(start, end), CALENDAR, MODEL_A)
    expected = [
        CALENDAR.after_working_seconds(at(day), 3 * CALENDAR.hours.seconds)
        for day in ("2018-10-19 10:00", "2018-10-24 10:00", "2018-10-29 10:00")
    ]
    assert [found.warning_at, found.yellow_at, found.red_at] == expected
    assert expected == [at("2018-10-24 10:00"), at("2018-10-29 10:00"), at("2018-11-01 10:00")]


def test_model_a_cards_the_last_lawful_day_and_the_default_does_not() -> None:
    facts = accepted(MONDAY)
    model, default = (thresholds(facts, CALENDAR, rules) for rules in (MODEL_A, DEFAULT))
    last_day = at("2018-10-24 16:59")
    assert default.promised_due_at is not None and last_day < default.promised_due_at
    assert (model.colour_at(last_day), default.colour_at(last_day)) == ("yellow", "warning")
    assert default.colour_at(default.promised_due_at) == "warning"
    assert default.colour_at(default.promised_due_at + timedelta(seconds=1)) == "yellow"


def test_a_special_procedure_is_carded_by_the_same_dates() -> None:
    facts = history(*pause(1, MONDAY, None, limit_days=7), facts=accepted(MONDAY))
    found = {each.level: each.at for each in thresholds(facts, CALENDAR, MODEL_A).crossings}
    assert found == {
        "warning": at("2018-10-19 10:00"),
        "yellow": at("2018-10-24 10:00"),
        "red": at("2018-10-25 10:00"),
    }
