"""Ctrl-C and SIGTERM, as a flag that the main thread looks at.

A handler runs in the middle of whatever the main thread was doing, perhaps holding the very lock that
`threading.Event.set` wants, or inside eventlet's hub, which must not switch. So it sets a plain attribute.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from time import sleep

LOOK_SECONDS = 0.2


class StopSignal:
    def __init__(self) -> None:
        self.requested = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._request)

    def wait(self, or_until: Callable[[], object] = lambda: False) -> None:
        """Block until a signal came, or `or_until` answers something true."""
        while not self.requested and not or_until():
            sleep(LOOK_SECONDS)

    def _request(self, number: int, frame: object) -> None:
        """The second one is not patient."""
        if self.requested:
            raise KeyboardInterrupt
        self.requested = True
