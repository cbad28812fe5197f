"""Case number 办件编号: implementation code + yyyymmdd + daily sequence (rules 1.4).

At most 50 characters (GB/T 39046, an..50). A code longer than 31 is stood in for by the item's
short serial. Beyond 9999 a day the sequence gets wider, it never wraps.
"""

from __future__ import annotations

from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.domain.item_code import IN_CASE_NUMBER

MAX_LENGTH = 50
MIN_SEQUENCE_DIGITS = 4
MAX_SEQUENCE_DIGITS = 6


class CaseNumberError(ValueError):
    """No case number can be made or read; the message says why."""

    basis = "GB/T 39046-2020"


def case_stream(case_no: str) -> UUID:
    """The stream that a case's events lie in."""
    return uuid5(NAMESPACE_URL, f"yiwang:case:{case_no}")


def stem(item_code: str, serial: str | None = None) -> str:
    """What the numbers of an item begin with: its code, or its serial where the code is longer than 31."""
    if 0 < len(item_code) <= IN_CASE_NUMBER:
        return item_code
    if not item_code:
        raise CaseNumberError("a case number needs an item code")
    if not serial:
        raise CaseNumberError(f"a code of {len(item_code)} characters needs the item's short serial")
    if len(serial) > IN_CASE_NUMBER:
        raise CaseNumberError(f"the item's serial has at most {IN_CASE_NUMBER} characters")
    return serial


def case_number(item_code: str, day: date, sequence: int, serial: str | None = None) -> str:
    """`day` is the legal day of submission. Raises `CaseNumberError`."""
    digits = str(sequence).zfill(MIN_SEQUENCE_DIGITS)
    if sequence < 1 or len(digits) > MAX_SEQUENCE_DIGITS:
        raise CaseNumberError(f"a daily sequence goes from 1 to {10**MAX_SEQUENCE_DIGITS - 1}")
    number = f"{stem(item_code, serial)}{day:%Y%m%d}{digits}"
    if len(number) > MAX_LENGTH:
        raise CaseNumberError(f"a case number has at most {MAX_LENGTH} characters")
    return number


def parse_case_number(text: str) -> str:
    """A number as typed by somebody, cleaned; only shape is checked. Raises `CaseNumberError`."""
    number = text.strip()
    if not 0 < len(number) <= MAX_LENGTH or any(char.isspace() for char in number):
        raise CaseNumberError(f"a case number has 1 to {MAX_LENGTH} characters without blanks")
    return number
