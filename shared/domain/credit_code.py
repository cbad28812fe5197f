"""Unified social credit code 统一社会信用代码 (GB 32100-2015) and the organisation code in it (GB 11714).

18 characters: registering department, entity class, 6 digits region, 9 organisation code, check.
The first character may be a letter (N agriculture, Y other), which some validators refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Base 31: no I, O, S, V, Z."""

_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SHAPE = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_ORGANISATION_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")


class CreditCodeError(ValueError):
    """The text is no credit code (or organisation code); the message says why."""

    basis = "GB 32100-2015"


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A checked code, upper case."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def registering_department(self) -> str:
        return self.value[0]

    @property
    def entity_class(self) -> str:
        return self.value[1]

    @property
    def region_code(self) -> str:
        return self.value[2:8]

    @property
    def organisation_code(self) -> str:
        return self.value[8:17]


def check_character(first_17: str) -> str:
    """The 18th character. Raises ValueError on a character outside the alphabet."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first_8: str) -> str:
    """Check character of an organisation code; its alphabet is the full one."""
    values = (_ORGANISATION_ALPHABET.index(char) for char in first_8)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def parse_credit_code(text: str) -> CreditCode:
    """Raises `CreditCodeError`. Lower case is read as upper case.

    The inner organisation code's own check is not required: codes re-assigned since 2015 carry a
    body identifier that was never an organisation code.
    """
    value = text.strip().upper()
    if not _SHAPE.fullmatch(value):
        raise CreditCodeError(
            "a credit code has 18 characters: digits and capitals without I, O, S, V, Z, places 3 to 8 digits"
        )
    if value[17] != check_character(value[:17]):
        raise CreditCodeError("the credit code's last character does not fit the others")
    return CreditCode(value)


def is_credit_code(text: str) -> bool:
    """Whether `text`, as it is stored, is a credit code."""
    try:
        return parse_credit_code(text).value == text
    except CreditCodeError:
        return False


def is_organisation_code(text: str) -> bool:
    """An old 9-character organisation code, with or without its hyphen (`76726532-X`)."""
    bare = text[:8] + text[9:] if len(text) == 10 and text[8] == "-" else text
    return bool(_ORGANISATION_SHAPE.fullmatch(bare)) and bare[8] == organisation_check_character(bare[:8])


def make_credit_code(head: str, body: str) -> str:
    """A valid code from kind and region (8 characters) and an organisation body (8 characters)."""
    first_17 = head + body + organisation_check_character(body)
    return first_17 + check_character(first_17)
