"""Codes of service items: opaque, unique, checked by a rule that a platform chooses.

The default rule is today's practice, 31 characters = credit code (18) + exercise level (1) + basic
code (12). Real lists hold codes of other shapes and up to 55 characters, so there is a free-form
rule to fall back on (rules 1.3).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.credit_code import CreditCodeError, parse_credit_code

IN_CASE_NUMBER = 31
"""An implementation code's length. A longer code does not fit into a case number of 50 characters;
its serial stands in for it."""
MAX_LENGTH = 64
MAX_BASIC_LENGTH = 12
LEVELS = "1234567"
"""GB/T 39046 A.2: 1 national to 6 village, 7 graded."""

_FREE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_BASIC = re.compile(r"[0-9A-Z]{1,12}")


class ItemCodeError(ValueError):
    """The code breaks the rule it was checked by; the message says which part."""

    basis = "GB/T 39046-2020"


@dataclass(frozen=True, slots=True)
class ImplementationCode:
    """The parts of a 31-character code."""

    value: str

    def __str__(self) -> str:
        return self.value

    @property
    def credit_code(self) -> str:
        return self.value[:18]

    @property
    def level(self) -> int:
        return int(self.value[18])

    @property
    def basic_code(self) -> str:
        return self.value[19:]

    @property
    def item_type(self) -> str:
        """01 permit, 07 confirmation, 20 public service: digits 3 and 4 of the basic code."""
        return self.value[21:23]


Rule = Callable[[str], str]
"""Takes a code, answers it as stored, raises `ItemCodeError`."""


def parse_implementation_code(text: str) -> ImplementationCode:
    """The 31-character rule; raises `ItemCodeError`."""
    value = text.strip().upper()
    if len(value) != IN_CASE_NUMBER:
        raise ItemCodeError(f"an implementation code has {IN_CASE_NUMBER} characters, not {len(value)}")
    try:
        parse_credit_code(value[:18])
    except CreditCodeError as error:
        raise ItemCodeError(f"the first 18 characters: {error}") from error
    if value[18] not in LEVELS:
        raise ItemCodeError("character 19, the exercise level, is 1 to 7")
    if not value[19:].isdigit() or not value[19:].isascii():
        raise ItemCodeError("characters 20 to 31, the basic code, are digits")
    return ImplementationCode(value)


def parse(code: str) -> ImplementationCode | None:
    """The parts of a code that follows the 31-character rule as it is stored, or None."""
    try:
        found = parse_implementation_code(code)
    except ItemCodeError:
        return None
    return found if found.value == code else None


def is_acceptable(code: str) -> bool:
    """Whether the free-form rule takes the code as it is stored."""
    try:
        return free_rule(code) == code
    except ItemCodeError:
        return False


def short_serial(code: str) -> str:
    """13 characters that stand in for a long code in case numbers; the same for the same code."""
    return "S" + hashlib.sha256(code.encode()).hexdigest()[:12].upper()


def strict_rule(text: str) -> str:
    return parse_implementation_code(text).value


def free_rule(text: str) -> str:
    """Anything printable of at most 64 characters; case is kept, codes are compared as they are."""
    value = text.strip()
    if not value or len(value) > MAX_LENGTH:
        raise ItemCodeError(f"an item code has 1 to {MAX_LENGTH} characters")
    if not _FREE.fullmatch(value):
        raise ItemCodeError("an item code has letters, digits, '.', '_' and '-'")
    return value


RULES: dict[str, Rule] = {"implementation_31": strict_rule, "free": free_rule}


def parse_item_code(text: str, rules: tuple[str, ...] = ("implementation_31", "free")) -> str:
    """The code as stored, by the first rule that takes it; raises the last rule's `ItemCodeError`."""
    error: ItemCodeError | None = None
    for name in rules:
        try:
            return RULES[name](text)
        except ItemCodeError as refused:
            error = refused
    raise error or ItemCodeError("no rule was chosen")


def parse_basic_code(text: str) -> str:
    """At most 12 capitals and digits (10 by GB/T 39046, 12 in exchange); raises `ItemCodeError`."""
    value = text.strip().upper()
    if not _BASIC.fullmatch(value):
        raise ItemCodeError(f"a basic code has 1 to {MAX_BASIC_LENGTH} digits and capitals")
    return value
