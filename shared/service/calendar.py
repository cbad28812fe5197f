"""The calendar the services start with: the State Council's arrangements as a kept package knows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version as installed_version

from chinese_calendar import constants, get_solar_terms

from shared.config.environment import Environment, SettingError
from shared.domain.working_calendar import CLOSE, MIDNIGHT, OfficeHours, WorkingCalendar

DEFAULT_HOURS = "09:00-12:00,13:00-17:00"

# First days of the lunar festivals of the years nobody has arranged yet: Spring Festival (1st day of
# the 1st month), Dragon Boat, Mid-Autumn. Astronomy, not an arrangement, hence provisional.
_LUNAR = {
    2027: ((2, 6), (6, 9), (9, 15)), 2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)), 2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)), 2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)), 2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)), 2036: ((1, 28), (5, 30), (10, 4)),
}  # fmt: skip
LAST_PROVISIONAL_YEAR = max(_LUNAR)


def calendar_settings(values: Mapping[str, str] | None = None) -> tuple[str, str]:
    """`YIWANG_OFFICE_HOURS` and `YIWANG_DUE_TIME` (`close` or `midnight`): the same for all services."""
    env = Environment(values)
    hours = env.text("YIWANG_OFFICE_HOURS", DEFAULT_HOURS)
    try:
        OfficeHours.parse(hours)
    except ValueError as error:
        raise SettingError("YIWANG_OFFICE_HOURS", str(error)) from error
    return hours, env.choice("YIWANG_DUE_TIME", (CLOSE, MIDNIGHT), CLOSE)


def seeded_calendar(hours: str | None = None, day_end: str | None = None) -> WorkingCalendar:
    """2004 to the last arranged year from `chinesecalendar`; later years statutory days, provisional.

    Never raises for a far date: a library's horizon must not stop an acceptance. Raises `SettingError`
    for office hours or a due time that make no sense, so that start-up fails instead of every card.
    """
    chosen_hours, chosen_end = calendar_settings()
    return _seeded(hours or chosen_hours, day_end or chosen_end)


@lru_cache(maxsize=8)
def _seeded(hours: str, day_end: str) -> WorkingCalendar:
    known = dict.fromkeys(constants.holidays, False) | dict.fromkeys(constants.workdays, True)
    first, last = min(known), max(known)
    for year in range(last.year + 1, LAST_PROVISIONAL_YEAR + 1):
        known |= dict.fromkeys(statutory_days(year), False)
    version = f"chinesecalendar-{installed_version('chinesecalendar')}"
    if (hours, day_end) != (DEFAULT_HOURS, CLOSE):  # they move due moments too, so the version names them
        version += f"+{hours}+{day_end}"
    return WorkingCalendar(
        version=version,
        known_from=date(first.year, 1, 1),
        known_until=date(last.year, 12, 31),
        exceptions=known,
        hours=OfficeHours.parse(hours),
        day_end=day_end,
    )


def statutory_days(year: int) -> list[date]:
    """Public holidays of the 2024-11-10 revision, without the weekends shifted around them."""
    spring, dragon_boat, mid_autumn = (date(year, *day) for day in _LUNAR[year])
    qingming = next(
        day for day, term in get_solar_terms(date(year, 4, 3), date(year, 4, 6)) if term == "清明"
    )
    return [
        date(year, 1, 1),
        *(spring + timedelta(days=offset) for offset in range(-1, 3)),
        qingming,
        date(year, 5, 1),
        date(year, 5, 2),
        dragon_boat,
        mid_autumn,
        *(date(year, 10, day) for day in (1, 2, 3)),
    ]
