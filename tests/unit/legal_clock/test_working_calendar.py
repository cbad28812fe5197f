"""The calendar of rules 9 and the arithmetic of days and office hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from shared.domain.working_calendar import LEGAL_ZONE, MIDNIGHT, OfficeHours, WorkingCalendar
from shared.service.calendar import seeded_calendar

CALENDAR = seeded_calendar()


def span(first: tuple[int, int, int], last: tuple[int, int, int]) -> list[date]:
    start, end = date(*first), date(*last)
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]


REST = {
    2026: [
        *span((2026, 1, 1), (2026, 1, 3)), *span((2026, 2, 15), (2026, 2, 23)),
        *span((2026, 4, 4), (2026, 4, 6)), *span((2026, 5, 1), (2026, 5, 5)),
        *span((2026, 6, 19), (2026, 6, 21)), *span((2026, 9, 25), (2026, 9, 27)),
        *span((2026, 10, 1), (2026, 10, 7)),
    ],
    2025: [
        date(2025, 1, 1), *span((2025, 1, 28), (2025, 2, 4)), *span((2025, 4, 4), (2025, 4, 6)),
        *span((2025, 5, 1), (2025, 5, 5)), *span((2025, 5, 31), (2025, 6, 2)),
        *span((2025, 10, 1), (2025, 10, 8)),
    ],
}  # fmt: skip
WORK = {
    2026: [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
    2025: [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
}


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_arranged_years_are_the_published_ones(year: int) -> None:
    work = {date(year, *day) for day in WORK[year]}
    for day in span((year, 1, 1), (year, 12, 31)):
        expected = day in work or (day not in REST[year] and day.weekday() < 5)
        assert CALENDAR.is_working_day(day) is expected, day


def test_2026_has_248_working_days() -> None:
    assert CALENDAR.working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 248


def test_beyond_the_known_years_answers_are_provisional_and_never_an_error() -> None:
    assert CALENDAR.known_until == date(2026, 12, 31)
    assert CALENDAR.is_known(date(2026, 12, 31)) and not CALENDAR.is_known(date(2027, 1, 4))
    assert not CALENDAR.is_working_day(date(2027, 2, 5))  # Spring Festival's eve
    assert not CALENDAR.is_working_day(date(2027, 4, 5))  # Qingming
    assert CALENDAR.is_working_day(date(2027, 2, 9))
    assert CALENDAR.add_working_days(date(2099, 1, 1), 30) > date(2099, 1, 1)


def test_adding_and_counting_agree() -> None:
    start = date(2026, 9, 18)
    for count in range(1, 40):
        end = CALENDAR.add_working_days(start, count)
        assert CALENDAR.is_working_day(end)
        assert CALENDAR.working_days_between(start, end) == count
        assert CALENDAR.add_working_days(end, -count) == CALENDAR.next_working_day(start)


def test_zero_days_is_the_day_itself_or_the_next_one_that_works() -> None:
    assert CALENDAR.add_working_days(date(2026, 10, 10), 0) == date(2026, 10, 10)
    assert CALENDAR.add_working_days(date(2026, 10, 1), 0) == date(2026, 10, 8)


def test_office_seconds_skip_nights_lunch_and_holidays() -> None:
    friday = datetime(2026, 9, 18, 16, 0, tzinfo=LEGAL_ZONE)
    sunday_at_work = datetime(2026, 9, 20, 13, 30, tzinfo=LEGAL_ZONE)
    assert CALENDAR.working_seconds(friday, sunday_at_work) == 3600 * 4 + 1800
    assert CALENDAR.after_working_seconds(friday, 3600 * 4 + 1800) == sunday_at_work
    assert CALENDAR.after_working_seconds(friday, 3600) == CALENDAR.close_of(date(2026, 9, 18))
    assert CALENDAR.working_seconds(sunday_at_work, friday) == 0


def test_the_last_day_ends_at_close_or_at_24_by_configuration() -> None:
    day = date(2026, 10, 15)
    assert CALENDAR.end_of(day) == CALENDAR.close_of(day) == datetime(2026, 10, 15, 17, tzinfo=LEGAL_ZONE)
    midnight = seeded_calendar(day_end=MIDNIGHT)
    assert midnight.end_of(day) == datetime(2026, 10, 16, tzinfo=LEGAL_ZONE)
    assert midnight.version != CALENDAR.version


def test_a_region_may_decide_single_days_otherwise() -> None:
    local = CALENDAR.with_days("guangxi-2026", {date(2026, 4, 20): False})
    assert not local.is_working_day(date(2026, 4, 20))
    assert local.add_working_days(date(2026, 4, 17), 1) == date(2026, 4, 21)
    assert CALENDAR.is_working_day(date(2026, 4, 20))


@pytest.mark.parametrize("text", ["", "12:00-09:00", "09:00-12:00,11:00-17:00", "nine to five"])
def test_office_hours_that_make_no_sense_fail_at_start(text: str) -> None:
    with pytest.raises(ValueError):
        OfficeHours.parse(text)


def test_days_are_days_in_shanghai() -> None:
    calendar = WorkingCalendar("plain", date(2020, 1, 1), date(2030, 12, 31))
    assert calendar.day_of(datetime.fromisoformat("2026-10-14T16:30:00+00:00")) == date(2026, 10, 15)
