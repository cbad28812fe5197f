"""The newest cases first: the order of every list, and how it is read along an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ORDER = "ORDER BY submitted_at DESC, case_no DESC LIMIT %(limit)s"
"""Of moments that never change, so that a page's place holds whatever happens to its cases."""

Either = tuple[str, str]

_HANDLED_FOR_OTHERS = "(handling_department_code = %(own)s AND handling_department_code <> department_code)"
"""Has an index of its own: nearly every case is handled by the department that answers for it."""


@dataclass(frozen=True)
class Whose:
    """Two ways a case may be theirs, and the values these conditions name. `apart`: never by both at once."""

    either: Either
    args: Mapping[str, Any]
    apart: bool

    @property
    def condition(self) -> str:
        """For counts. A page asks for the two one by one."""
        return f"({' OR '.join(self.either)})"


def of_department(code: str) -> Whose:
    return Whose(("department_code = %(own)s", _HANDLED_FOR_OTHERS), {"own": code}, apart=True)


def of_person(me: str, subjects: Sequence[str]) -> Whose:
    either = ("subject_id = ANY(%(subjects)s)", "submitted_by = %(me)s")
    return Whose(either, {"subjects": subjects, "me": me}, apart=False)


def newest(where: Sequence[str], whose: Whose | None) -> str:
    """SQL of the newest rows for which all conditions hold, and that are `whose`.

    The two ways are asked one by one, each along an index that is in the list's order already. With an OR all
    cases of a department are read and sorted for every page, which takes longer the more there are. Where no
    row comes by both ways the server merges the two as it reads them, and compares no whole rows.
    """
    branches = [list(where)] if whose is None else [[*where, each] for each in whose.either]
    return (" UNION ALL " if whose and whose.apart else " UNION ").join(
        f"(SELECT * FROM rm_work_list.entry WHERE {' AND '.join(each) or 'true'} {ORDER})"  # noqa: S608
        for each in branches
    )
