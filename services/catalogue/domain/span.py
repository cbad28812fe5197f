"""How long a limit can be at least and at most, so that limits of different units can be compared.

Work days and natural days don't convert exactly: it depends on weekends, holidays and make-up
days. A comparison is therefore `longer` only when no calendar could make it otherwise, and
`perhaps` when some calendar does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

MINUTES_OF_A_WORK_DAY = 480
LONG_HOLIDAY = 8
"""Days of the longest holiday of recent calendars (National Day together with Mid-Autumn)."""

Comparison = Literal["not_longer", "perhaps", "longer"]


def longer(promise: Mapping[str, Any], limit: Mapping[str, Any]) -> Comparison:
    """Whether `promise` exceeds `limit`; both are `{value, unit}`."""
    if promise["unit"] == limit["unit"]:
        return "longer" if promise["value"] > limit["value"] else "not_longer"
    mine, theirs = _working_minutes(promise), _working_minutes(limit)
    if mine is not None and theirs is not None:
        return "longer" if mine > theirs else "not_longer"
    shortest, longest = natural_days(promise)
    limit_shortest, limit_longest = natural_days(limit)
    if shortest > limit_longest:
        return "longer"
    return "perhaps" if longest > limit_shortest else "not_longer"


def natural_days(limit: Mapping[str, Any]) -> tuple[int, int]:
    """Fewest and most natural days that a limit may take.

    With make-up days there are at most seven working days in a row, then at least one day off. At
    most, the weeks have five working days and one long holiday lies in every sixty of them.
    """
    value, unit = int(limit["value"]), limit["unit"]
    if unit == "natural_day":
        return value, value
    if unit == "month":
        return 28 * value + (3 if value > 1 else 0), 31 * value
    days = value if unit == "work_day" else -(-value // MINUTES_OF_A_WORK_DAY)
    if days == 0:
        return 0, 0
    return days + (days - 1) // 7, -(-days // 5) * 7 + LONG_HOLIDAY * -(-days // 60)


def _working_minutes(limit: Mapping[str, Any]) -> int | None:
    """0 work days lasts until the working day is over."""
    if limit["unit"] == "working_minute":
        return int(limit["value"])
    if limit["unit"] == "work_day":
        return max(1, int(limit["value"])) * MINUTES_OF_A_WORK_DAY
    return None
