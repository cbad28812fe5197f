"""What a case's events say once its corrections are counted in.

The log keeps what was stated; a correction is an event that names another one and says what should have stood
there. Total, as `evolve` is: what a correction can't change, it doesn't.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.cases.domain.shapes import OBJECT, SHAPES, TEXT

CORRECTED = "case.corrected"

Data = Mapping[str, Any]

_FIXED = frozenset(
    {
        # Whose case it is, and under which item: who sees it, and whose key seals it.
        "case", "item", "case_type", "situation", "query_code", "applicant.type", "applicant.subject_id",
        # How it went on from there.
        "status", "type", "sequence", "stage", "step", "action", "next_step", "before_acceptance",
        # What the legal clock goes by. Supervision keeps it too, from published events, which say no values.
        "accepted_at", "due_at", "started_at", "ended_at", "limit_days", "days", "deadlines",
        # Who did it.
        "officer", "co_officer", "requested_by", "released_by", "by", "submitted_by", "to",
    }
)  # fmt: skip
_FIXED_OF = {
    "case.pre_reviewed": frozenset({"outcome"}),
    "case.originals_verified": frozenset({"result"}),
    CORRECTED: frozenset(SHAPES[CORRECTED]),  # a wrong correction is corrected at the event itself
}


def in_force(history: Sequence[tuple[str, str, Data]]) -> list[Data]:
    """The data of each (id, type, data), corrected by what comes later. The last one of a field holds."""
    said = [data for _, _, data in history]
    places = {id: place for place, (id, _, _) in enumerate(history)}
    for _, type, data in history:
        place = places.get(str(data.get("corrects"))) if type == CORRECTED else None
        if place is not None:
            said[place] = corrected(history[place][1], said[place], data.get("changes"))
    return said


def corrected(type: str, data: Data, changes: Any) -> Data:
    """`changes` by field path (`applicant.name`), or nested as the data is."""
    for path, value in _leaves(changes):
        if fits(type, data, path, value):
            data = _put(data, path, value)
    return data


def not_correctable(type: str, data: Data, changes: Any) -> list[str]:
    """The paths that would stay as they are."""
    return [".".join(path) for path, value in _leaves(changes) if not fits(type, data, path, value)]


def fits(type: str, data: Data, path: Sequence[str], value: Any) -> bool:
    """Whether a text or a number stands there, or may, and is replaced by its like: whoever reads the event
    relies on what kind of value it finds."""
    fixed = _FIXED | _FIXED_OF.get(type, frozenset())
    if any(".".join(path[:end]) in fixed for end in range(1, len(path) + 1)):
        return False
    shape = {name.rstrip("?"): kind for name, kind in SHAPES.get(type, {}).items()}
    if shape.get(path[0]) not in ((TEXT,) if len(path) == 1 else (OBJECT,)):
        return len(path) == 1 and _is_number(data.get(path[0])) and _is_number(value)
    within: Any = data
    for name in path[:-1]:
        within = within.get(name)
        if within is None:
            within = {}
        if not isinstance(within, Mapping):
            return False
    there = within.get(path[-1])
    if isinstance(there, str | None):
        return isinstance(value, str)
    return _is_number(there) and _is_number(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _leaves(changes: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(changes, Mapping):
        return
    for name, value in changes.items():
        path = (*above, *str(name).split("."))
        if isinstance(value, Mapping):
            yield from _leaves(value, path)
        else:
            yield path, value


def _put(data: Data, path: Sequence[str], value: Any) -> Data:
    name, *rest = path
    inner = data.get(name)
    return {**data, name: _put(inner if isinstance(inner, Mapping) else {}, rest, value) if rest else value}
