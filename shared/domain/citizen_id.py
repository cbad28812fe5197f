"""Citizen identity number 公民身份号码 (GB 11643-1999).

18 characters: 6 region, 8 birth date, 3 sequence (odd male, even female), 1 check. The region is
not looked up: regions are renamed and dissolved, their people keep their numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


class CitizenIdError(ValueError):
    """The text is no citizen identity number; the message says why and never repeats the number."""

    basis = "GB 11643-1999"


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A checked number, upper case."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def region_code(self) -> str:
        return self.value[:6]

    @property
    def birth_date(self) -> date:
        return date(int(self.value[6:10]), int(self.value[10:12]), int(self.value[12:14]))

    @property
    def is_male(self) -> bool:
        return int(self.value[16]) % 2 == 1


def normalise(text: str) -> str:
    """As it is stored: no blanks, capital X."""
    return text.strip().upper()


def is_citizen_id(text: str, today: date) -> bool:
    """Whether `text`, as it is stored, is a number of somebody born by `today`."""
    try:
        return parse_citizen_id(text, today=today).value == text
    except CitizenIdError:
        return False


def birth_date(text: str) -> date | None:
    """None when the digits are no day of the calendar."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def check_character(first_17: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def parse_citizen_id(text: str, *, today: date | None = None) -> CitizenId:
    """Raises `CitizenIdError`. A lower-case x is read as X; `today` refuses birth dates after it."""
    value = normalise(text)
    if not _SHAPE.fullmatch(value):
        raise CitizenIdError("a citizen number has 17 digits and a digit or X")
    born = birth_date(value)
    if born is None:
        raise CitizenIdError("the citizen number's birth date is not in the calendar")
    if today is not None and born > today:
        raise CitizenIdError("the citizen number's birth date lies in the future")
    if value[17] != check_character(value[:17]):
        raise CitizenIdError("the citizen number's last character does not fit the others")
    return CitizenId(value)
