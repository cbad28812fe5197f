"""Random histories: the clock and a day-by-day count agree on every due day, and on what is passed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import chinese_calendar
from clock_histories import CALENDAR, at, history, item
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_oracle import Spans, last_day, legal_day, office_minutes

from shared.domain.legal_clock import MODEL_A, ClockFacts, read_clock, thresholds
from shared.domain.legal_clock.counting import Pauses, Run
from shared.domain.limits import Limit

FIRST, LAST = date(2018, 1, 1), date(2025, 6, 30)


@cache
def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


moments = st.builds(
    lambda day, minutes: datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes),
    st.dates(FIRST, LAST),
    st.integers(0, 24 * 60 - 1),
)
limits = st.one_of(
    st.tuples(st.integers(0, 45), st.just("work_day")),
    st.tuples(st.integers(1, 60), st.just("natural_day")),
    st.tuples(st.integers(1, 6), st.just("month")),
)
# (minutes after the start at which a pause begins, its length): overlapping, touching, on holidays.
pauses = st.lists(st.tuples(st.integers(0, 40 * 1440), st.integers(0, 25 * 1440)), max_size=4)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def spans_of(start: datetime, shape: list[tuple[int, int]]) -> Spans:
    begin = at(stamp(start))
    return [
        (begin + timedelta(minutes=after), begin + timedelta(minutes=after + length))
        for after, length in shape
    ]


def facts_of(start: datetime, limit: tuple[int, str], spans: Spans, **changes: Any) -> ClockFacts:
    stated = {"value": limit[0], "unit": limit[1]}
    law = item(statutory_limit=stated, promised_limit=stated, delivery_limit=None, **changes)
    events: list[Any] = [("submitted", stamp(start), {"item": law}), ("accepted", stamp(start), {})]
    marks = []
    for number, (begin, end) in enumerate(spans, start=1):
        data = {"sequence": number, "type": "B", "name": "专家评审", "stops_clock": True}
        marks.append((begin, 0, number, ("special_procedure_started", stamp(begin), data)))
        marks.append((end, 1, number, ("special_procedure_ended", stamp(end), {"sequence": number})))
    events += [event for *_, event in sorted(marks, key=lambda mark: mark[:3])]
    return history(*events)


@settings(max_examples=400, deadline=None)
@given(start=moments, limit=limits, shape=pauses)
def test_the_due_day(start: datetime, limit: tuple[int, str], shape: list[tuple[int, int]]) -> None:
    spans = spans_of(start, shape)
    found = thresholds(facts_of(start, limit, spans), CALENDAR)
    expected = last_day(at(stamp(start)), *limit, spans, works)
    assert found.statutory_due_at == CALENDAR.close_of(expected)
    assert found.promised_due_at == found.statutory_due_at == found.red_at == found.yellow_at


@settings(max_examples=150, deadline=None)
@given(start=moments, value=st.integers(4, 30), shape=pauses)
def test_the_warning_lies_two_counted_days_before(
    start: datetime, value: int, shape: list[tuple[int, int]]
) -> None:
    spans = spans_of(start, shape)
    found = thresholds(facts_of(start, (value, "work_day"), spans), CALENDAR)
    expected = last_day(at(stamp(start)), value - 2, "work_day", spans, works)
    assert found.warning_at == CALENDAR.close_of(expected)


@settings(max_examples=150, deadline=None)
@given(start=moments, limit=limits, shape=pauses, begun=st.integers(0, 60 * 1440))
def test_an_open_pause_stops_everything(
    start: datetime, limit: tuple[int, str], shape: list[tuple[int, int]], begun: int
) -> None:
    """Nothing is due while it is open, whatever else overlaps it; what was passed before it stays."""
    begin = at(stamp(start)) + timedelta(minutes=begun)
    facts = facts_of(start, limit, spans_of(start, shape))
    opened = {"sequence": 9, "type": "B", "name": "鉴定", "stops_clock": True}
    paused = history(("special_procedure_started", stamp(begin), opened), facts=facts)
    before, found = thresholds(facts, CALENDAR), thresholds(paused, CALENDAR)
    assert found.state == "paused"
    assert found.statutory_due_at is None and found.promised_due_at is None
    assert before.red_at is not None
    assert found.red_at == (before.red_at if before.red_at < begin else None)
    later = history(
        ("special_procedure_ended", stamp(begin + timedelta(days=9)), {"sequence": 9}), facts=paused
    )
    resumed = thresholds(later, CALENDAR)
    assert resumed.statutory_due_at is not None and before.statutory_due_at is not None
    assert resumed.statutory_due_at >= before.statutory_due_at


@settings(max_examples=60, deadline=None)
@given(start=moments, length=st.integers(0, 30 * 1440), shape=pauses)
def test_the_used_time(start: datetime, length: int, shape: list[tuple[int, int]]) -> None:
    spans = spans_of(start, shape)
    begin = at(stamp(start))
    end = begin + timedelta(minutes=length)
    run = Run(CALENDAR, begin, Pauses.of(CALENDAR, spans))
    minutes = sum(1 for _ in office_minutes(begin, end, spans, works))
    assert run.used_seconds(end) == minutes * 60
    assert run.used_days(end) == -(-minutes // 420)


@settings(max_examples=60, deadline=None)
@given(start=moments, minutes=st.integers(1, 3000), shape=pauses)
def test_minutes_end_when_they_are_used_up(
    start: datetime, minutes: int, shape: list[tuple[int, int]]
) -> None:
    spans = spans_of(start, shape)
    begin = at(stamp(start))
    due = Run(CALENDAR, begin, Pauses.of(CALENDAR, spans)).due(Limit(minutes, "working_minute")).at
    counted = list(office_minutes(begin, due, spans, works))
    assert (len(counted), counted[-1]) == (minutes, due - timedelta(minutes=1))


@settings(max_examples=80, deadline=None)
@given(start=moments, value=st.integers(4, 20), shape=pauses)
def test_model_a_is_its_own_formula(start: datetime, value: int, shape: list[tuple[int, int]]) -> None:
    """used - P >= -2, >= 1: tried a second before and after the moments the rule gives."""
    facts = facts_of(start, (value, "work_day"), spans_of(start, shape))
    found = thresholds(facts, CALENDAR, MODEL_A)
    assert found.warning_at is not None and found.yellow_at is not None
    for moment, least in ((found.warning_at, -2), (found.yellow_at, 1)):
        before, after = (
            read_clock(facts, CALENDAR, moment + timedelta(seconds=seconds), rules=MODEL_A).promised
            for seconds in (0, 1)
        )
        assert before is not None and after is not None
        assert before.used_days - value < least
        paused_now = any(begin <= moment < end for begin, end in spans_of(start, shape))
        closed_now = CALENDAR.working_seconds(moment, moment + timedelta(seconds=1)) == 0
        assert paused_now or closed_now or after.used_days - value >= least


@settings(max_examples=100, deadline=None)
@given(start=moments, limit=limits, shape=pauses, ended=st.integers(0, 90 * 1440))
def test_a_closed_clock_keeps_its_colour(
    start: datetime, limit: tuple[int, str], shape: list[tuple[int, int]], ended: int
) -> None:
    spans = spans_of(start, shape)
    end = at(stamp(start)) + timedelta(minutes=ended)
    done = [("decided", stamp(end), {"outcome": "granted"}), ("completed", stamp(end), {})]
    facts = history(*done, facts=facts_of(start, limit, [s for s in spans if s[1] <= end]))
    found = thresholds(facts, CALENDAR)
    due = CALENDAR.close_of(last_day(at(stamp(start)), *limit, [s for s in spans if s[1] <= end], works))
    assert found.closed_colour == found.colour_at(end) == found.colour_at(end + timedelta(days=1000))
    assert (found.closed_colour == "red") is (end > due)
    assert legal_day(end) >= legal_day(at(stamp(start)))


@settings(max_examples=100, deadline=None)
@given(start=moments, limit=limits, shape=pauses)
def test_facts_survive_being_stored(
    start: datetime, limit: tuple[int, str], shape: list[tuple[int, int]]
) -> None:
    facts = facts_of(start, limit, spans_of(start, shape))
    assert ClockFacts.from_dict(facts.as_dict()) == facts
