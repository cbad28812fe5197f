"""Region codes 行政区划代码: 12 digits, province 2, city 2, county 2, town 3, village 3.

Shorter codes are the same region with the zeros left off (GB/T 2260 writes six digits).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LENGTH = 12
_CUTS = (2, 4, 6, 9, 12)
LEVELS = ("province", "city", "county", "town", "village")
_SHAPE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")


class RegionCodeError(ValueError):
    """The text is no region code; the message says why."""

    basis = "GB/T 2260, GB/T 10114"


@dataclass(frozen=True, slots=True)
class RegionCode:
    """A full code of 12 digits."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def significant(self) -> str:
        """The code without the zeros of the levels below its own."""
        for cut in _CUTS:
            if not self.value[cut:].strip("0"):
                return self.value[:cut]
        return self.value

    @property
    def level(self) -> str:
        return LEVELS[_CUTS.index(len(self.significant))]

    def contains(self, other: RegionCode) -> bool:
        """True for itself and everything below it."""
        return other.value.startswith(self.significant)


def parse_region_code(text: str) -> RegionCode:
    """2, 4, 6, 9 or 12 digits; raises `RegionCodeError`."""
    value = text.strip()
    if not _SHAPE.fullmatch(value):
        raise RegionCodeError("a region code has 2, 4, 6, 9 or 12 digits")
    if value.startswith("00"):
        raise RegionCodeError("a region code begins with its province")
    return RegionCode(value.ljust(LENGTH, "0"))
