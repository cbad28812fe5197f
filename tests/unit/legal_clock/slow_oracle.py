"""The rules of counting, written a second time: one day after another, nothing clever.

Shares no code with the clock but the calendar's `is_working_day`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from shared.domain.working_calendar import LEGAL_ZONE

Spans = list[tuple[datetime, datetime]]
Works = Callable[[date], bool]
DAY = timedelta(days=1)


def legal_day(moment: datetime) -> date:
    return moment.astimezone(LEGAL_ZONE).date()


def excluded(day: date, spans: Spans) -> bool:
    """start < d <= end of any pause, in days."""
    return any(legal_day(start) < day <= legal_day(end) for start, end in spans)


def corresponding_day(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")


def last_day(start: datetime, value: int, unit: str, spans: Spans, works: Works) -> date:
    """The legal day on which a period of `value` `unit` ends."""
    first = legal_day(start)
    if unit == "work_day" and value == 0:
        late = start.astimezone(LEGAL_ZONE).hour >= 17
        day = first + DAY if late or not works(first) else first
        return to_working_day(day, spans, works)
    if unit == "work_day":
        day, left = first, value
        while left:
            day += DAY
            if works(day) and not excluded(day, spans):
                left -= 1
        return day
    left = value if unit == "natural_day" else (corresponding_day(first, value) - first).days
    day = first
    while left:
        day += DAY
        if not excluded(day, spans):
            left -= 1
    return to_working_day(day, spans, works)


def to_working_day(day: date, spans: Spans, works: Works) -> date:
    while not works(day) or excluded(day, spans):
        day += DAY
    return day


def office_minutes(start: datetime, end: datetime, spans: Spans, works: Works) -> Iterator[datetime]:
    """The beginnings of the office minutes (9-12, 13-17) from `start` to `end` outside every pause."""
    moment = start.astimezone(LEGAL_ZONE)
    while moment < end:
        open_now = moment.hour in (9, 10, 11, 13, 14, 15, 16) and works(moment.date())
        if open_now and not any(first <= moment < last for first, last in spans):
            yield moment
        moment += timedelta(minutes=1)
