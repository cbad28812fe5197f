"""The shape of a pure decision: facts out, or a refusal.

`decide(state, command, ...) -> list[Fact]` and `evolve(state, event_type, data) -> state` are all
a service's domain is made of. Neither reads a clock, a table or a framework.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a decision makes true; the service layer stores it as an event.

    `data` is JSON-able: strings, whole numbers, booleans, None, lists and dicts of these. Times are
    ISO 8601 strings with offset, money is integer fen.
    """

    type: str
    data: dict[str, Any]


class Refusal(Exception):
    """A guard says no. Nothing has happened.

    `code` is stable (`not_in_status`, `second_supplement_notice`, ...); `field` names the part of
    the command that is at fault, if one is; `basis` names the law or row the guard comes from.
    """

    def __init__(self, code: str, detail: str, *, field: str | None = None, basis: str | None = None):
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field
        self.basis = basis

    def __repr__(self) -> str:
        return f"Refusal({self.code!r}, {self.detail!r}, field={self.field!r}, basis={self.basis!r})"
