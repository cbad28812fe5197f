"""How periods are counted: civil code art. 201-203, licensing law art. 45 and 82.

The starting day isn't counted. Excluded days of a pause are start < d <= end; overlaps count once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from shared.domain.limits import MONTH, NATURAL_DAY, WORK_DAY, WORKING_MINUTE, Limit
from shared.domain.working_calendar import WorkingCalendar

_T = TypeVar("_T", date, datetime)


@dataclass(frozen=True, slots=True)
class Pauses:
    """Merged and in order: as moments, and as days (the first of a pair is not excluded)."""

    moments: tuple[tuple[datetime, datetime], ...] = ()
    days: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, calendar: WorkingCalendar, spans: Iterable[tuple[datetime, datetime]]) -> Pauses:
        known = sorted(spans)
        days = [(calendar.day_of(start), calendar.day_of(end)) for start, end in known]
        return cls(_merged(known), _merged(days))

    def covers(self, day: date) -> bool:
        return any(start < day <= end for start, end in self.days)

    def count(self, calendar: WorkingCalendar, start: date, end: date, *, working: bool) -> int:
        """Excluded days d with start < d <= end; only working days, or all."""
        total = 0
        for first, last in self.days:
            low, high = max(first, start), min(last, end)
            if low < high:
                total += calendar.working_days_between(low, high) if working else (high - low).days
        return total

    def seconds(self, calendar: WorkingCalendar, start: datetime, end: datetime) -> int:
        """Office seconds of the pauses between two moments."""
        return sum(
            calendar.working_seconds(max(first, start), min(last, end))
            for first, last in self.moments
            if first < end and last > start
        )


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends. `moved_from` is the rest day it would have ended on."""

    at: datetime
    day: date
    moved_from: date | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A period that began at `start` and is counted without its pauses."""

    calendar: WorkingCalendar
    start: datetime
    pauses: Pauses = Pauses()

    def due(self, limit: Limit, extra_days: int = 0, extra_unit: str = WORK_DAY) -> Due:
        """The end of the last day (or, for minutes, the moment). An extension in the limit's own unit
        is added to it; in another unit it is counted on from the unextended last day.
        """
        if limit.unit == WORKING_MINUTE:
            at = self.after_seconds(limit.value * 60)
            day = self.calendar.day_of(at)
            due = Due(at, day)
        else:
            same = extra_unit == limit.unit
            due = self._last_day(limit.value + (extra_days if same else 0), limit.unit)
            extra_days = 0 if same else extra_days
        if extra_days:
            return self._on_from(due.day, extra_days, extra_unit)
        return due

    def after_seconds(self, seconds: int) -> datetime:
        """When `seconds` office seconds have passed, the pauses' not counted."""
        at = self.calendar.after_working_seconds(self.start, seconds)
        while True:
            paused = self.pauses.seconds(self.calendar, self.start, at)
            later = self.calendar.after_working_seconds(self.start, seconds + paused)
            if later <= at:
                return at
            at = later

    def used_seconds(self, end: datetime) -> int:
        calendar = self.calendar
        whole = calendar.working_seconds(self.start, end)
        return whole - self.pauses.seconds(calendar, self.start, end)

    def used_days(self, end: datetime, unit: str = WORK_DAY) -> int:
        """Working seconds over the standard day, rounded up ("one second over counts", rules 4.2);
        for natural days and months the days begun since the starting day.
        """
        if unit in (WORK_DAY, WORKING_MINUTE):
            return -(-self.used_seconds(end) // self.calendar.hours.seconds)
        first, last = self.first_day, self.calendar.day_of(end)
        return max(0, (last - first).days) - self.pauses.count(self.calendar, first, last, working=False)

    def counted_before(self, day: date, count: int) -> date:
        """The working day, not excluded, that lies `count` counted days before `day`."""
        while count:
            day = self.calendar.add_working_days(day, -1)
            count -= not self.pauses.covers(day)
        return day

    @property
    def first_day(self) -> date:
        return self.calendar.day_of(self.start)

    def _last_day(self, value: int, unit: str) -> Due:
        if unit == WORK_DAY:
            return self._at(self._work_days(self.first_day, value) if value else self._same_day())
        if unit == NATURAL_DAY:
            last = self._grow(self.first_day, lambda extra: self.first_day + timedelta(value + extra))
        elif unit == MONTH:
            base = add_months(self.first_day, value)
            last = self._grow(self.first_day, lambda extra: base + timedelta(extra))
        else:
            raise ValueError(f"a period can't be counted in {unit}")
        return self._at(self._settled(last), last)

    def _on_from(self, day: date, count: int, unit: str) -> Due:
        if unit == WORK_DAY:
            return self._at(self._work_days(day, count))
        return Run(self.calendar, self.calendar.open_of(day), self.pauses).due(Limit(count, unit))

    def _work_days(self, after: date, count: int) -> date:
        return self._grow(
            after, lambda extra: self.calendar.add_working_days(after, count + extra), working=True
        )

    def _grow(self, after: date, last: Callable[[int], date], *, working: bool = False) -> date:
        """The least day that is far enough once the excluded days up to it are added."""
        day = last(0)
        while True:
            later = last(self.pauses.count(self.calendar, after, day, working=working))
            if later == day:
                return day
            day = later

    def _same_day(self) -> date:
        """0 days: the working day it came in; what comes after closing came in the next working day."""
        day = self.first_day
        if not self.calendar.is_working_day(day) or self.start >= self.calendar.close_of(day):
            day += timedelta(days=1)
        return self._settled(day)

    def _settled(self, day: date) -> date:
        """A last day on a rest day moves on to a working day (art. 203), one that isn't excluded."""
        while not self.calendar.is_working_day(day) or self.pauses.covers(day):
            day += timedelta(days=1)
        return day

    def _at(self, day: date, wanted: date | None = None) -> Due:
        return Due(self.calendar.end_of(day), day, wanted if wanted != day else None)


def add_months(day: date, months: int) -> date:
    """The corresponding day, or the month's last where there is none (civil code art. 202)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _merged(spans: list[tuple[_T, _T]]) -> tuple[tuple[_T, _T], ...]:
    merged: list[tuple[_T, _T]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)
