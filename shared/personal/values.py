"""Personal values taken out of an event's data and put back, by JSON Pointer (RFC 6901)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from shared.domain.erased import ERASED
from shared.personal.declaration import PersonalPath

SEALED = "~sealed"
"""Where an event's data holds its boxes."""

_NOTHING: tuple[Any, ...] = (None, "", {}, [])
_KINDS: dict[str, Any] = {"text": ERASED, "object": {}, "list": [], "other": None}


def take_out(
    data: Mapping[str, Any], paths: Sequence[PersonalPath], subject: str
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The data without its personal values, and these by subject and path. `data` is left as it is.

    What is empty says nothing and stays. What no value was taken from, the answer shares with `data`.
    """
    taken: dict[str, dict[str, Any]] = {}
    places: list[tuple[str, ...]] = []
    for path in paths:
        for steps, holder in _places(data, path.steps, path.declared):
            value = holder[steps[-1]]
            if value in _NOTHING:
                continue
            whose = (path.of and holder.get(path.of)) or subject
            taken.setdefault(str(whose), {})[_pointer(steps)] = value
            places.append(steps)
    return _without(data, places), taken


def _without(data: Mapping[str, Any], places: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """With None at these places. Only what lies on the way to one is copied."""
    rest = dict(data)
    own: dict[tuple[str, ...], Any] = {(): rest}
    for place in places:
        holder: Any = rest
        for end, step in enumerate(place[:-1], start=1):
            known = own.get(place[:end])
            if known is None:
                at: Any = int(step) if isinstance(holder, list) else step
                inner = holder[at]
                known = dict(inner) if isinstance(inner, Mapping) else list(inner)
                own[place[:end]] = holder[at] = known
            holder = known
        holder[place[-1]] = None
    return rest


def put(data: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Set values by pointer, in place. `data` must hold the way to them, as what they were taken from did."""
    for pointer, value in values.items():
        *way, last = pointer[1:].split("/")
        if "~" in pointer:
            *way, last = [step.replace("~1", "/").replace("~0", "~") for step in (*way, last)]
        holder: Any = data
        for step in way:
            holder = holder[int(step)] if isinstance(holder, list) else holder[step]
        holder[last] = value


def kind_of(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, Mapping):
        return "object"
    return "list" if isinstance(value, list | tuple) else "other"


def erased_value(kind: str) -> Any:
    """What readers find instead: of the kind they expect, so that nothing fails on it."""
    return deepcopy(_KINDS[kind])


def _pointer(steps: Sequence[str]) -> str:
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _places(
    value: Any, steps: Sequence[str], declared: frozenset[str], done: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """(concrete steps, the object that holds the last of them) for each value a path leads to."""
    step, rest = steps[0], steps[1:]
    if step == "*":
        rows = value if isinstance(value, list | tuple) else ()
        for index, row in enumerate(rows):
            yield from _places(row, rest, declared, (*done, str(index)))
    elif not isinstance(value, Mapping):
        return
    elif step == "?":
        yield from (((*done, name), value) for name in value if name not in declared)
    elif step in value and rest:
        yield from _places(value[step], rest, declared, (*done, step))
    elif step in value:
        yield (*done, step), value
