"""The newest cases first: the order of every list, and how it is read along an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ORDER = "ORDER BY submitted_at DESC, case_no DESC LIMIT %(limit)s"
"""Of moments that never change, so that a page's place holds whatever happens to its cases."""

Either = tuple[str, str]

OF_DEPARTMENT: Either = ("department_code = %(own)s", "handling_department_code = %(own)s")
OF_PERSON: Either = ("subject_id = ANY(%(subjects)s)", "submitted_by = %(me)s")


@dataclass(frozen=True)
class Whose:
    """Two ways a case may be theirs, and the values these conditions name."""

    either: Either
    args: Mapping[str, Any]


def newest(where: Sequence[str], either: Either | None) -> str:
    """SQL of the newest rows for which all conditions hold, and one of two.

    The two are asked one by one, each along an index that is in the list's order already. With an OR all
    cases of a department are read and sorted for every page, which takes longer the more there are.
    """
    branches = [list(where)] if either is None else [[*where, each] for each in either]
    return " UNION ".join(  # and not UNION ALL: most rows are found by both
        f"(SELECT * FROM rm_work_list.entry WHERE {' AND '.join(each) or 'true'} {ORDER})"  # noqa: S608
        for each in branches
    )
