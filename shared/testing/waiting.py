"""Waiting for what comes to pass by itself: a condition with a deadline, never a sleep."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

PATIENCE = 60.0
"""Seconds. What is waited for takes a moment; a machine that is busy with other tests may take long."""

_LOOKS = 0.02, 0.2
"""Seconds between the looks, first and at most: a look may itself be work for the one that is waited for."""


def await_that(
    condition: Callable[[], Any], what: str = "what comes to pass", *, patience: float = PATIENCE
) -> Any:
    """What the condition answers, once that is something true. Raises `AssertionError` after `patience`."""
    end, pause = monotonic() + patience, _LOOKS[0]
    while not (found := condition()):
        if monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s for {what}")
        sleep(pause)
        pause = min(pause * 1.5, _LOOKS[1])
    return found
