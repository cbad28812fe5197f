"""How far a rebuild or a verification is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

LOADING = "loading"
INDEXING = "indexing"
CATCHING_UP = "catching up"
COMPARING = "comparing"


@dataclass(frozen=True, slots=True)
class Standing:
    """`events` read so far, a resumed copy's earlier ones included; `per_second` in this phase of this run.

    `done` is the part of the phase that is done, 0 to 1, None where nobody can know.
    """

    phase: str
    events: int
    per_second: float
    done: float | None
    seconds_left: float | None


Progress = Callable[[Standing], None]


class Meter:
    """Works out rate and time left of one phase. `events` and `done` are where it begins."""

    def __init__(self, phase: str, progress: Progress | None, events: int = 0, done: float = 0.0) -> None:
        self._phase = phase
        self._progress = progress
        self._events, self._done = events, done
        self._began = monotonic()

    def tell(self, events: int, done: float | None = None) -> None:
        if self._progress is None:
            return
        seconds = max(monotonic() - self._began, 1e-6)
        left = None
        if done is not None and done > self._done:
            left = seconds * (1.0 - done) / (done - self._done)
        rate = (events - self._events) / seconds
        self._progress(Standing(self._phase, events, rate, done, left))
