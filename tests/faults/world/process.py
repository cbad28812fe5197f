"""`python -m tests.faults.world.process ROLE`: one process of the world, configured as those of a stack are.

Roles: `till` and `watcher`, the services; `relay` and `ticker`, plain processes.
"""

from __future__ import annotations

import os
import sys

ROLE = sys.argv[1]
if ROLE in ("till", "watcher"):
    from shared.runtime.green import make_green

    make_green()  # before anything else is imported

from datetime import datetime, timedelta  # noqa: E402
from pathlib import Path  # noqa: E402

from shared.clock import SystemClock  # noqa: E402
from shared.config.settings import Settings, level_number, read_settings  # noqa: E402
from shared.database.silence import limit_silence  # noqa: E402
from shared.eventstore.ticker import Ticker  # noqa: E402
from shared.observability.logging import configure_logging  # noqa: E402
from shared.runtime.assemble import bare_application  # noqa: E402
from shared.runtime.loops import Loop, Loops  # noqa: E402
from shared.runtime.parent import end_with_parent  # noqa: E402
from shared.runtime.relaying import relay_until_stopped  # noqa: E402
from shared.runtime.signals import StopSignal  # noqa: E402
from tests.faults.world import SPECS, TILL  # noqa: E402


class JumpingClock(SystemClock):
    """The machine's, set off by the seconds in a file: a clock that is put back while everything runs."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(self._file.read_text() or 0))


def main() -> None:
    end_with_parent()  # a test that is killed leaves nobody behind
    settings = read_settings(SPECS)
    object.__setattr__(settings, "clock", JumpingClock(Path(os.environ["WORLD_CLOCK"])))
    configure_logging(level_number(settings), settings.log_format, ROLE)
    if ROLE in SPECS:
        _serve(settings)
        return
    limit_silence(float(os.environ.get("WORLD_QUIET", "35")))
    if ROLE == "relay":
        relay_until_stopped(TILL, settings, SPECS.values())
    else:
        _tick(settings)


def _serve(settings: Settings) -> None:
    from shared.runtime.host import Host  # noqa: PLC0415 - imports eventlet

    stop = StopSignal()
    host = Host(settings, [SPECS[ROLE]])
    try:
        host.start()
        stop.wait(or_until=host.failed)
    finally:
        host.stop()


def _tick(settings: Settings) -> None:
    app = bare_application(TILL, settings)
    loops, stop = Loops(), StopSignal()
    loops.start(Loop("till", "ticker", Ticker(app.store, look=0.02).run))
    stop.wait()
    loops.stop()


if __name__ == "__main__":
    main()
