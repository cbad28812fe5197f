"""Numbers given in the transaction that stores what they number: no gap, no double.

A counter's row is locked from its increment to the commit, so it is the last thing a command does
before it appends: whatever can refuse or call another service comes before. A submission that asks nobody
counts as it claims its key; then one way to the database is left until its commit.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.cases.settings import GLOBAL
from shared.domain.case_number import CaseNumberError, case_number, stem
from shared.problems import conflict

KINDS = {
    "acceptance": "SL",
    "not_accepted": "BS",
    "supplement_notice": "BZ",
    "special_procedure": "TB",
    "extension": "YQ",
    "decision": "JD",
    "certificate": "ZZ",
}
"""受理、不予受理、补正、特别程序、延期、决定、证照"""

_QUERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def next_case_no(cursor: Any, item: dict[str, Any], day: date, scope: str) -> str:
    """Item code, day and a daily sequence: 43 characters for a 31-character code (rules 1.4).

    Raises the 409 problem for an item whose code is too long and that has no short serial.
    """
    cursor.execute(
        "INSERT INTO case_counter AS c (scope, day, last) VALUES (%s, %s, 1)"
        " ON CONFLICT (scope, day) DO UPDATE SET last = c.last + 1 RETURNING last",
        (counter_of(item, scope), day),
    )
    return counted(item, day, cursor.fetchone()[0])


def counter_of(item: dict[str, Any], scope: str) -> str:
    """Which of a day's counters numbers the item's cases. Raises the 409 problem."""
    try:
        return "*" if scope == GLOBAL else stem(str(item["code"]), item.get("serial"))
    except CaseNumberError as error:
        raise conflict("item_without_serial", str(error)) from error


def counted(item: dict[str, Any], day: date, number: int) -> str:
    return case_number(str(item["code"]), day, number, item.get("serial"))


@dataclass(frozen=True, slots=True)
class DocumentNumbers:
    """The next numbers of one department in one year."""

    cursor: Any
    department_code: str
    year: int

    def next(self, kind: str) -> str:
        """For example `11511602MB1234-SL-2026-000012`."""
        self.cursor.execute(
            "INSERT INTO document_counter AS c (department_code, kind, year, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (department_code, kind, year) DO UPDATE SET last = c.last + 1 RETURNING last",
            (self.department_code, kind, self.year),
        )
        return f"{self.department_code}-{KINDS[kind]}-{self.year}-{self.cursor.fetchone()[0]:06d}"


def receipt_no(case_no: str) -> str:
    """One receipt of material per submission: its number hangs on the case's and needs no counter."""
    return f"SJ-{case_no}"


def query_code() -> str:
    """Eight random characters without those that are misread: what an outsider must not guess."""
    return "".join(secrets.choice(_QUERY_ALPHABET) for _ in range(8))
