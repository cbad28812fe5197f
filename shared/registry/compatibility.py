"""Whether what is published now still keeps what was released.

Readers are other people's programs, and history is replayed to them: what they were promised holds for new
events, and old events hold to what is promised now. So refused are: a type or a field that is gone, another
JSON type, a limit that old events may break (newly required, fewer values allowed), and a field that
readers could rely on and can't any more (no longer required). New types and new optional fields are fine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Shape = Mapping[str, Any]

_WHAT_IT_IS = ("format", "const", "pattern")
_AT_LEAST, _AT_MOST = ("minimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")


@dataclass(frozen=True, slots=True)
class Break:
    """`place` is the field's path within `data`; empty for the type itself."""

    type: str
    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.type}{f': {self.place}' if self.place else ''}: {self.what}"


def breaks(released: Mapping[str, Shape], now: Mapping[str, Shape]) -> list[Break]:
    """Everything that would break a reader, by event type and field."""
    found = []
    for type, shape in released.items():
        if type not in now:
            found.append(Break(type, "", "the event type is gone"))
        else:
            found += [Break(type, place, what) for place, what in _compare(shape, now[type], "data")]
    return found


def _compare(was: Shape, now: Shape, place: str) -> Iterator[tuple[str, str]]:
    if _types(was) != _types(now):
        yield place, f"its type was {_said(was)} and is {_said(now)}"
        return
    for name in _WHAT_IT_IS:
        if was.get(name) != now.get(name):
            yield place, f"its {name} was {was.get(name)!r} and is {now.get(name)!r}"
    yield from _values(was, now, place)
    yield from _fields(was, now, place)
    for inner, step in (("items", "[]"), ("additionalProperties", "{}")):
        if inner in was or inner in now:
            yield from _compare(was.get(inner, {}), now.get(inner, {}), place + step)


def _values(was: Shape, now: Shape, place: str) -> Iterator[tuple[str, str]]:
    """Values that were allowed and aren't any more: old events may hold them."""
    if "enum" in now:
        gone = [value for value in was["enum"] if value not in now["enum"]] if "enum" in was else None
        if gone is None:
            yield place, f"it took any value and takes only {now['enum']}"
        elif gone:
            yield place, f"it no longer takes {gone}"
    for name in (*_AT_LEAST, *_AT_MOST):
        if name in now and (name not in was or _narrower(name, was[name], now[name])):
            yield place, f"its {name} was {was.get(name, 'free')} and is {now[name]}"


def _narrower(name: str, was: int, now: int) -> bool:
    return now > was if name in _AT_LEAST else now < was


def _fields(was: Shape, now: Shape, place: str) -> Iterator[tuple[str, str]]:
    before, after = was.get("properties", {}), now.get("properties", {})
    required, required_now = set(was.get("required", ())), set(now.get("required", ()))
    for name in before:
        if name not in after:
            yield f"{place}.{name}", "the field is gone"
        else:
            yield from _compare(before[name], after[name], f"{place}.{name}")
    for name in sorted(required_now - required):
        yield f"{place}.{name}", "it is newly required: older events don't have it"
    for name in sorted(required - required_now):
        if name in after:
            yield f"{place}.{name}", "it is no longer required: readers rely on it"


def _types(shape: Shape) -> frozenset[str]:
    said = shape.get("type", ())
    return frozenset([said] if isinstance(said, str) else said)


def _said(shape: Shape) -> str:
    return " or ".join(sorted(_types(shape))) or "anything"
