"""Where a case stands in the steps of its pinned item version.

`accept` steps are done by acceptance itself and the last `approve` step by the decision; both may
be recorded, neither has to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Steps = Sequence[Mapping[str, Any]]


def position(steps: Steps, name: str | None) -> int | None:
    return next((index for index, step in enumerate(steps) if step.get("name") == name), None)


def reached(steps: Steps, passed: Sequence[str]) -> int:
    """Index of the first step after the last one that passed."""
    return max((index + 1 for index, step in enumerate(steps) if step.get("name") in passed), default=0)


def permitted(steps: Steps, passed: Sequence[str]) -> list[str]:
    """The steps that may be recorded now: the next one, and an acceptance step before it."""
    names = []
    for step in steps[reached(steps, passed) :]:
        names.append(str(step.get("name")))
        if step.get("kind") != "accept":
            break
    return names


def current(steps: Steps, passed: Sequence[str], *, accepted: bool) -> str | None:
    for step in steps[reached(steps, passed) :]:
        if not (accepted and step.get("kind") == "accept"):
            return str(step.get("name"))
    return None


def following(steps: Steps, name: str) -> str | None:
    index = position(steps, name)
    if index is None or index + 1 >= len(steps):
        return None
    return str(steps[index + 1].get("name"))


def before(steps: Steps, name: str) -> list[str]:
    index = position(steps, name) or 0
    return [str(step.get("name")) for step in steps[:index]]


def missing_before_decision(steps: Steps, passed: Sequence[str]) -> list[str]:
    """Steps that have to pass before anybody decides."""
    approvals = [index for index, step in enumerate(steps) if step.get("kind") == "approve"]
    last = approvals[-1] if approvals else len(steps)
    return [
        str(step.get("name"))
        for step in steps[:last]
        if step.get("kind") not in ("accept", "issue") and step.get("name") not in passed
    ]


def passed_by_decision(steps: Steps, passed: Sequence[str]) -> tuple[str, ...]:
    """A decision stands for the last approval and everything before it."""
    approvals = [index for index, step in enumerate(steps) if step.get("kind") == "approve"]
    done = [str(step.get("name")) for step in steps[: approvals[-1] + 1]] if approvals else []
    return tuple(dict.fromkeys([*passed, *done]))
