"""`python tether.py COMMAND…`: runs a command, and ends it when standard input is closed.

A file of its own that imports nothing of ours, since it only waits.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from threading import Thread


def main() -> int:
    """The command's exit code. A SIGTERM to the group reaches the command; its end is waited for here."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603 - that is what it is for
    Thread(target=_watch, daemon=True).start()
    return command.wait()


def _watch() -> None:
    sys.stdin.buffer.read()  # until the other end is gone
    os.killpg(0, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
