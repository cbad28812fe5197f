"""The working-day calendar: which days count, when offices open and close.

A value: the same version always gives the same answers. Days are days in Asia/Shanghai. Saturdays
and Sundays rest; `exceptions` says otherwise for single days (holidays, and the working weekends
that make up for them). Past `known_until` nobody has arranged the holidays yet, so an answer that
reaches there is provisional.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
CLOSE = "close"
MIDNIGHT = "midnight"
_DAY = timedelta(days=1)
_WALKS_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """Spans of one working day, in order, in local time. The sum is the standard working day."""

    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13), time(17)))

    def __post_init__(self) -> None:
        edges = [edge for span in self.spans for edge in span]
        if not edges or any(before >= after for before, after in pairwise(edges)):
            raise ValueError("office hours need spans that follow each other")

    @classmethod
    def parse(cls, text: str) -> OfficeHours:
        """`09:00-12:00,13:00-17:00`. Raises ValueError."""
        spans = []
        for part in text.split(","):
            start, _, end = part.strip().partition("-")
            spans.append((time.fromisoformat(start), time.fromisoformat(end)))
        return cls(tuple(spans))

    @property
    def seconds(self) -> int:
        return sum(_seconds(end) - _seconds(start) for start, end in self.spans)

    def elapsed(self, moment: time) -> int:
        """Working seconds of a day before `moment`."""
        now = _seconds(moment)
        return sum(max(0, min(now, _seconds(end)) - _seconds(start)) for start, end in self.spans)

    def at(self, seconds: int) -> time:
        """When a day's working seconds reach `seconds` (1 to the whole day); 0 is the opening."""
        for start, end in self.spans:
            length = _seconds(end) - _seconds(start)
            if seconds <= length:
                return _time(_seconds(start) + seconds)
            seconds -= length
        raise ValueError("there are not so many working seconds in a day")


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`day_end` chooses when a period's last day ends, civil code art. 203: at the close of
    business (`close`, the default: a body with business hours) or at 24:00 (`midnight`).
    """

    version: str
    known_from: date
    known_until: date
    exceptions: Mapping[date, bool] = field(default_factory=dict)
    hours: OfficeHours = field(default_factory=OfficeHours)
    day_end: str = CLOSE
    _days: tuple[date, ...] = field(init=False, repr=False, compare=False)
    _sums: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _walked: dict[tuple[date, int], date] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.day_end not in (CLOSE, MIDNIGHT):
            raise ValueError(f"{self.day_end!r} is no end of a legal day")
        odd = sorted(day for day, works in self.exceptions.items() if works != (day.weekday() < 5))
        steps = (1 if self.exceptions[day] else -1 for day in odd)
        object.__setattr__(self, "_days", tuple(odd))
        object.__setattr__(self, "_sums", (0, *accumulate(steps)))

    # Days

    def is_working_day(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < 5)

    def is_known(self, day: date) -> bool:
        """Whether the State Council's notice for this day's year is in this calendar."""
        return self.known_from <= day <= self.known_until

    def next_working_day(self, day: date) -> date:
        """The day itself if it works, else the next one that does."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself isn't counted (before it, if negative).

        0 answers the day itself, or the next working day when it rests.
        """
        if count == 0:
            return self.next_working_day(day)
        found = self._walked.get((day, count))
        if found is None:
            if len(self._walked) >= _WALKS_KEPT:
                self._walked.clear()
            found = self._walked[day, count] = self._walk(day, count)
        return found

    def _walk(self, day: date, count: int) -> date:
        step = _DAY if count > 0 else -_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days d with start < d <= end; 0 if there are none. Does not walk the days."""
        return max(0, self._through(end) - self._through(start))

    def days(self, first: date, last: date) -> Iterator[tuple[date, bool]]:
        day = first
        while day <= last:
            yield day, self.is_working_day(day)
            day += _DAY

    # Moments

    def day_of(self, moment: datetime) -> date:
        """The legal day a moment falls on."""
        return moment.astimezone(LEGAL_ZONE).date()

    def open_of(self, day: date) -> datetime:
        return datetime.combine(day, self.hours.spans[0][0], LEGAL_ZONE)

    def close_of(self, day: date) -> datetime:
        """Close of business, whatever `day_end` says."""
        return datetime.combine(day, self.hours.spans[-1][1], LEGAL_ZONE)

    def end_of(self, day: date) -> datetime:
        """When a period whose last day this is ends; 24:00 is 00:00 of the next day."""
        return (
            self.close_of(day) if self.day_end == CLOSE else datetime.combine(day + _DAY, time(), LEGAL_ZONE)
        )

    def working_seconds(self, start: datetime, end: datetime) -> int:
        """Office seconds between two moments: electronic supervision's measure (rules 4.2)."""
        return max(0, self._office_seconds(end) - self._office_seconds(start))

    def after_working_seconds(self, start: datetime, seconds: int) -> datetime:
        """The moment at which `seconds` office seconds have passed since `start`."""
        if seconds <= 0:
            return start
        day = self.day_of(start)
        spent = self._spent(start)
        whole = self.hours.seconds
        while True:
            left = whole - spent if self.is_working_day(day) else 0
            if left and seconds <= left:
                return datetime.combine(day, self.hours.at(spent + seconds), LEGAL_ZONE)
            seconds -= left
            spent = 0
            day += _DAY

    def with_days(self, version: str, days: Mapping[date, bool]) -> WorkingCalendar:
        """A new version with some days decided otherwise (a region's holiday, an emergency)."""
        return replace(self, version=version, exceptions={**self.exceptions, **days})

    def _through(self, day: date) -> int:
        weeks, rest = divmod(day.toordinal(), 7)
        return weeks * 5 + min(rest, 5) + self._sums[bisect_right(self._days, day)]

    def _office_seconds(self, moment: datetime) -> int:
        day = self.day_of(moment)
        return self._through(day - _DAY) * self.hours.seconds + self._spent(moment)

    def _spent(self, moment: datetime) -> int:
        local = moment.astimezone(LEGAL_ZONE)
        return self.hours.elapsed(local.time()) if self.is_working_day(local.date()) else 0


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _time(seconds: int) -> time:
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
