"""Waiting for a condition, never for a time."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

PATIENCE = 60.0


def await_that(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """What the condition answers, once that is something true."""
    end = monotonic() + patience
    while not (found := condition()):
        assert monotonic() < end, f"waited {patience:.0f} s for {what}"
        sleep(0.02)
    return found
