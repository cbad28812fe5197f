"""Lengths of time as the catalogue states them: a whole number and a unit the law knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORK_DAY = "work_day"
NATURAL_DAY = "natural_day"
MONTH = "month"
WORKING_MINUTE = "working_minute"
UNITS = frozenset({WORK_DAY, NATURAL_DAY, MONTH, WORKING_MINUTE})

_SHOWN = {
    "zh": {WORK_DAY: "个工作日", NATURAL_DAY: "日", MONTH: "个月", WORKING_MINUTE: "个工作分钟"},
    "en": {
        WORK_DAY: "working days",
        NATURAL_DAY: "days",
        MONTH: "months",
        WORKING_MINUTE: "working minutes",
    },
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take. 0 work_day means: on the working day it came in."""

    value: int
    unit: str = WORK_DAY

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is not a unit of time limits")
        if self.value < 0:
            raise ValueError(f"a limit of {self.value} {self.unit} ends before it begins")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> Limit | None:
        """The catalogue's `{value, unit}`; None stays None (no limit is stated)."""
        if data is None or data.get("value") is None:
            return None
        return cls(int(data["value"]), str(data.get("unit") or WORK_DAY))

    def as_dict(self) -> dict[str, Any]:
        return {"value": self.value, "unit": self.unit}

    def shown(self, language: str = "zh") -> str:
        if self.value == 0 and self.unit == WORK_DAY:
            return "当日办结" if language == "zh" else "the same working day"
        unit = _SHOWN[language][self.unit]
        if language == "zh":
            return f"{self.value}{unit}"
        return f"{self.value} {unit.removesuffix('s') if self.value == 1 else unit}"
