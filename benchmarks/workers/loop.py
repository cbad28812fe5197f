"""What every worker does: get ready, say so, then work for as many seconds as each line of input says.

Standard library only: workers run in the peers' environment as well as in ours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from time import perf_counter


def serve(step: Callable[[], int]) -> None:
    """`step` does one unit of work and answers how many events that was."""
    say({"ready": True})
    for line in sys.stdin:
        seconds, done = float(line), 0
        began = now = perf_counter()
        while now - began < seconds:
            done += step()
            now = perf_counter()
        say({"done": done, "seconds": now - began})


def say(what: dict[str, object]) -> None:
    print(json.dumps(what), flush=True)
