"""Old versions of stored events, read as the newest: pure steps from one version to the next.

An event is stored once and read for ever, so a row keeps the form it was written in, and its hash. What
readers get (streams, feeds, rebuilds, published forms) is of the newest version of its type; only audits
look at rows as they lie.

    register("pebble.laid", {1: weighed})       # in `services/<owner>/upcasters.py`

A type belongs to one service, so the steps of all of them stand in one table of the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared.eventstore.errors import EventStoreError

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Data of one version to that of the next. Pure: no clock, no database, and the same answer for ever."""

_STEPS: dict[str, tuple[Upcaster, ...]] = {}


class NewerEvent(EventStoreError):
    """An event of a version that this program does not know: a newer one wrote it. Deploy that here too."""

    def __init__(self, type: str, version: int) -> None:
        super().__init__(f"{type} of version {version} was written by a newer program than this one")
        self.type = type
        self.version = version


def register(type: str, steps: Mapping[int, Upcaster]) -> None:
    """`steps` by the version each takes, from 1 on without a hole; the same again is no error.

    Raises `ValueError`.
    """
    if sorted(steps) != list(range(1, len(steps) + 1)):
        raise ValueError(f"the upcasters of {type} must take versions 1, 2, … and not {sorted(steps)}")
    chain = tuple(steps[version] for version in sorted(steps))
    if _STEPS.setdefault(type, chain) != chain:
        raise ValueError(f"{type} has other upcasters already")


def newest_version(type: str) -> int:
    """What new events of the type are stored as."""
    return len(_STEPS.get(type, ())) + 1


def upcast(type: str, version: int, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Version and data as the newest program means them. Raises `NewerEvent`."""
    steps = _STEPS.get(type, ())
    if version > len(steps) + 1:
        raise NewerEvent(type, version)
    for step in steps[version - 1 :]:
        data = step(data)
    return len(steps) + 1, data
